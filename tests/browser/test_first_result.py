"""From the sign-in to a finished reconciliation, by the pages alone."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

BANK = """Date;Reference;Name;Amount;Currency
01.10.2026;INV-0001;Acme Ltd;100,00;EUR
02.10.2026;INV-0002;Bellows and Sons;250,00;EUR
13.10.2026;INV-0003;Kiln Supplies;75,50;EUR
14.10.2026;INV-0004;Clay and Co;44,10;EUR
15.10.2026;FEE;The bank;-19,99;EUR
"""
LEDGER = """Date,Reference,Name,Amount,Currency
2026-10-01,INV-0001,Acme Ltd,100.00,EUR
2026-10-02,INV-0002,Bellows and Sons,248.50,EUR
2026-10-13,INV-0003,Kiln Supplies,75.50,EUR
2026-10-14,INV-0004,Clay and Co,44.10,EUR
2026-10-30,CHARGES,Bank charges,-19.99,EUR
"""
RULES = """{"name": "Rules", "passes": [
  {"name": "Reference and amount", "rules": [{"type": "SameReference"}, {"type": "SameAmount"}]},
  {"name": "Reference alone", "rules": [{"type": "SameReference"}], "decide": {"confirm_at": 100, "suggest_at": 10}}
]}"""


def bring_in(visitor: Visitor, side: str, path: Path) -> None:
    visitor.chooses_file(f"#id_{side}-file", path)
    visitor.clicks(f".pane-{side} button[type=submit]")
    visitor.sees("Every line accounted for")
    visitor.clicks("#commit")
    visitor.sees("5 records")


def test_two_files_in_and_a_reconciliation_out(visitor: Visitor, tmp_path: Path) -> None:
    """Sign in, open a project, upload and commit both sides, publish rules, run, confirm, match by hand."""
    User.objects.create_user("ada", password="tests-only-9")
    (tmp_path / "bank.csv").write_text(BANK)
    (tmp_path / "ledger.csv").write_text(LEDGER)
    visitor.signs_in("ada")

    visitor.follows("New project")
    visitor.types("#id_name", "Main account")
    visitor.follows("Open the project")
    visitor.follows("Upload the first file")
    bring_in(visitor, "left", tmp_path / "bank.csv")
    visitor.follows("Next file")
    bring_in(visitor, "right", tmp_path / "ledger.csv")

    visitor.follows("Rules")
    visitor.follows("Write them yourself")
    visitor.types("#id_document", RULES)
    visitor.follows("Publish")
    visitor.sees("version 1")
    visitor.follows("Runs")
    visitor.follows("Start")
    visitor.sees("Confirmed matches")

    visitor.follows("Review 1 suggestion")
    visitor.presses("j", "c")
    visitor.sees("Book -1.50 EUR as")
    visitor.clicks(".group form[action$='/confirm/'] button[type=submit]")
    visitor.sees("Undo")

    visitor.follows("Open items")
    visitor.clicks("input[name=left]")
    visitor.clicks("input[name=right]")
    assert visitor.reads("[data-difference]") == "0.00 EUR"
    visitor.clicks("[data-match]")
    visitor.sees("by hand")

    visitor.follows("Overview")
    visitor.sees("100%")
    visitor.sees("everything has its match")
