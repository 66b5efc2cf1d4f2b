"""What a run did not search, or left open, is said where the result is."""

import pytest

from tests.cli.running import Files, manage

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"name": "Sums", "passes": [{"name": "Sums", "cardinality": "1:n", "subset": {}, "rules": []}]}


def test_a_sum_that_two_sets_make_is_told(files: Files) -> None:
    """On the screen and in the document: the line stays open, and why."""
    left = files.write("bank.csv", "Date,Amount,Currency", "2026-10-01,10.00,EUR", "2026-10-02,99.00,EUR")
    lines = (f"2026-10-01,{amount}.00,EUR" for amount in (4, 6, 3, 7))
    right = files.write("ledger.csv", "Date,Amount,Currency", *lines)

    ended = manage(
        "reconcile", left, right, "--rules", files.json("rules.json", RULES), "--json", files.folder / "out.json"
    )

    (note,) = files.read("out.json")["summary"]["notes"]
    assert note == "Pass “Sums”: 1 lines are the sum of more than one set of lines: left open."
    assert note in " ".join(ended.out.split())
