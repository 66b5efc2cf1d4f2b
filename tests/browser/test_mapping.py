"""Deciding how a file is read: the preview follows what one types, and nothing is written before it is saved."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User

from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("worker")]

STATEMENT = """Date;Amount;Purpose
03.04.2026;1.250,00;Rechnung INV-0012 Danke
05.06.2026;-89,90;Strom
"""


def test_the_preview_follows_what_one_decides(visitor: Visitor, tmp_path: Path) -> None:
    """Upload, add a step by its button, type a pattern, see the key beside the raw line, answer, import."""
    User.objects.create_user("ada", password="tests-only-9")
    (tmp_path / "bank.csv").write_text(STATEMENT)
    visitor.signs_in("ada")
    visitor.follows("New project")
    visitor.types("#id_name", "Main account")
    visitor.follows("Open the project")
    visitor.follows("Upload the first file")
    visitor.chooses_file("#id_left-file", tmp_path / "bank.csv")
    visitor.sees("bank.csv (1 KB)")
    visitor.clicks(".pane-left button[type=submit]")
    visitor.sees("to answer before this is imported")

    visitor.clicks("button[name=add-step][value=extract]")
    visitor.types("#id_step-0-target", "invoice")
    visitor.chooses("#id_step-0-of", "Purpose")
    visitor.types("#id_step-0-pattern", "INV-([0-9]+")
    visitor.sees("missing ): INV-([0-9]+")
    visitor.types("#id_step-0-pattern", "INV-([0-9]+)")
    visitor.sees("0012\n")
    assert visitor.reads(".sides .table-wrap:last-child thead").split("\n")[-2:] == ["Invoice", "made"]

    visitor.clicks(".choices input[value=DMY]")
    visitor.sees("Ready to import")
    visitor.clicks("#commit")
    visitor.sees("2 records")
    assert visitor.complaints() == []
