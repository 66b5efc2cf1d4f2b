"""What `reconcile` writes beside its screen, and what it leaves behind: nothing."""

import csv
import os
import signal
from pathlib import Path

import pytest

from projects.models import Project
from reconciliation.console.command import stopped_by_signals
from reconciliation.console.scratch import scratch_installation
from tests.cli.running import Files, manage
from tests.cli.test_reconcile import BANK, HEADER, LEDGER, RULES

pytestmark = pytest.mark.django_db


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestOut:
    def test_writes_groups_and_open_items_as_csv(self, files: Files) -> None:
        """One line for each record of a group, one for its adjustment, one for each open item."""
        left, right = files.write("bank.csv", *BANK), files.write("ledger.csv", *LEDGER)
        out = files.folder / "out"

        manage("reconcile", left, right, "--rules", files.json("rules.json", RULES), "--out", out)

        matched = cells(out / "matched.csv")
        fee = [(row["side"], row["id"], row["amount"]) for row in matched if row["difference"] == "-2.00"]
        assert fee == [("left", "b3", "95.00"), ("right", "l3", "97.00"), ("adjustment", "", "2.00")]
        assert cells(out / "suggested.csv") == []
        assert [(row["id"], row["amount"], row["currency"]) for row in cells(out / "open_left.csv")] == [
            ("b7", "44.44", "EUR")
        ]
        assert [row["id"] for row in cells(out / "open_right.csv")] == ["l9"]

    def test_neutralises_formulas_and_keeps_negative_amounts(self, files: Files) -> None:
        """Somebody else's text is never calculated; a negative amount stays a number."""
        left = files.write("bank.csv", HEADER, "b1,2026-03-02,-5.00,EUR,,=cmd|' /C calc'!A0,+49 761")
        right = files.write("ledger.csv", *LEDGER)
        out = files.folder / "out"

        manage("reconcile", left, right, "--rules", files.json("rules.json", RULES), "--out", out)

        (row,) = cells(out / "open_left.csv")
        assert row["amount"] == "-5.00"
        assert row["counterparty"] == "'=cmd|' /C calc'!A0"
        assert row["text"] == "'+49 761"


class TestProposals:
    def test_saves_documents_that_it_reads_again(self, files: Files) -> None:
        """The proposed mapping and rules, given back, lead to the same groups."""
        left, right = files.write("bank.csv", *BANK), files.write("ledger.csv", *LEDGER)
        mapping, rules = files.folder / "mapping.json", files.folder / "rules.json"
        first, second = files.folder / "first.json", files.folder / "second.json"

        manage("reconcile", left, right, "--save-mapping", mapping, "--save-rules", rules, "--json", first)
        manage("reconcile", left, right, "--mapping", mapping, "--rules", rules, "--json", second)

        assert files.read("first.json")["groups"] == files.read("second.json")["groups"]
        assert files.read("first.json")["groups"] != []


class TestNothingStays:
    def test_after_a_reconciliation(self, files: Files, temporary: Path) -> None:
        """Neither a temporary file nor a row in the configured database."""
        left, right = files.write("bank.csv", *BANK), files.write("ledger.csv", *LEDGER)

        manage("reconcile", left, right, "--rules", files.json("rules.json", RULES))

        assert list(temporary.iterdir()) == []
        assert not Project.objects.exists()

    def test_after_a_refusal(self, files: Files, temporary: Path) -> None:
        """A file that cannot be read leaves no trace either."""
        right = files.write("ledger.csv", *LEDGER)
        left = files.folder / "noise.csv"
        left.write_bytes(bytes(range(256)) * 20)

        ended = manage("reconcile", left, right)

        assert ended.code == 2
        assert list(temporary.iterdir()) == []

    def test_after_an_interruption(self, temporary: Path) -> None:
        """Ctrl-C in the middle of the work removes the temporary database and its files."""
        seen: list[Path] = []

        def interrupted() -> None:
            with scratch_installation():
                seen.extend(temporary.iterdir())
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()

        assert seen != []
        assert list(temporary.iterdir()) == []

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_after_being_told_to_go(self, number: signal.Signals) -> None:
        """A signal that would end the process at once ends it like Ctrl-C, and is put back afterwards."""
        before = signal.getsignal(number)

        with pytest.raises(KeyboardInterrupt), stopped_by_signals():
            os.kill(os.getpid(), number)

        assert signal.getsignal(number) == before
