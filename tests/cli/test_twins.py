"""Twins on both sides, as files really bring them: without ids, with a running balance."""

import pytest

from tests.cli.running import Files, manage

pytestmark = pytest.mark.django_db(transaction=True)
RULES = {"name": "Exact", "passes": [{"name": "Exact", "rules": [{"type": "SameReference"}, {"type": "SameAmount"}]}]}


def test_are_paired_and_confirmed(files: Files) -> None:
    """Neither the balance beside them nor their place in the file makes two equal payments different."""
    left = files.write(
        "bank.csv",
        "Date,Amount,Currency,Reference,Balance",
        "2026-10-01,5.00,EUR,R-1,105.00",
        "2026-10-01,5.00,EUR,R-1,110.00",
    )
    right = files.write(
        "ledger.csv", "Date,Amount,Currency,Reference", "2026-10-01,5.00,EUR,R-1", "2026-10-01,5.00,EUR,R-1"
    )

    ended = manage(
        "reconcile", left, right, "--rules", files.json("rules.json", RULES), "--json", files.folder / "out.json"
    )

    assert ended.code == 0
    assert [(group["left"], group["right"], group["status"]) for group in files.read("out.json")["groups"]] == [
        (["row:1"], ["row:1"], "matched"),
        (["row:2"], ["row:2"], "matched"),
    ]
