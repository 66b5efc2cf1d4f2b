"""Two files through `manage.py reconcile`, with the groups that have to come out."""

from pathlib import Path

import pytest

from tests.cli.running import Files, manage

pytestmark = pytest.mark.django_db

HEADER = "id,date,amount,currency,reference,counterparty,text"
BANK = (
    HEADER,
    "b1,2026-03-02,100.00,EUR,INV-1001,Alpha GmbH,transfer",
    "b2,2026-03-03,250.50,EUR,,Beta KG,thank you for INV1002",
    "b3,2026-03-04,95.00,EUR,INV-1003,Gamma Ltd,less charges",
    "b4,2026-03-05,57.00,EUR,PO-77,Paywell,payout",
    "b5,2026-03-06,-12.00,EUR,,Parking,card",
    "b6,2026-03-06,-12.00,EUR,,Parking,card",
    "b7,2026-03-09,44.44,EUR,,Nobody,unknown",
)
LEDGER = (
    HEADER,
    "l1,2026-03-02,100.00,EUR,INV-1001,Alpha,invoice",
    "l2,2026-03-03,250.50,EUR,INV-1002,Beta,invoice",
    "l3,2026-03-04,97.00,EUR,INV-1003,Gamma,invoice",
    "l4,2026-03-04,40.00,EUR,PO-77,Anna,order",
    "l5,2026-03-04,25.00,EUR,PO-77,Bert,order",
    "l6,2026-03-04,-8.00,EUR,PO-77,Anna,refund",
    "l7,2026-03-06,-12.00,EUR,,Parking,card",
    "l8,2026-03-06,-12.00,EUR,,Parking,card",
    "l9,2026-03-31,60.00,EUR,INV-1009,Delta,invoice",
)
RULES = {
    "name": "Bank against ledger",
    "passes": [
        {
            "name": "Reference",
            "rules": [{"type": "SameReference"}, {"type": "AmountWithin", "absolute": "5.00"}, {"type": "DatesWithin"}],
            "adjustment": {"kind": "fee", "max": "5.00"},
        },
        {"name": "Text", "rules": [{"type": "ReferenceInText"}, {"type": "SameAmount"}]},
        {
            "name": "Payouts",
            "cardinality": "1:n",
            "group_by": {"left": ["reference"], "right": ["reference"]},
            "rules": [{"type": "SameAmount"}],
        },
        {
            "name": "Name",
            "rules": [{"type": "SameAmount"}, {"type": "SimilarText"}, {"type": "DatesWithin", "after": 0}],
        },
    ],
}


@pytest.fixture
def pair(files: Files) -> tuple[Path, Path]:
    return files.write("bank.csv", *BANK), files.write("ledger.csv", *LEDGER)


@pytest.fixture
def rules(files: Files) -> Path:
    return files.json("rules.json", RULES)


class TestResult:
    def test_finds_exactly_the_groups_that_belong_together(
        self, files: Files, pair: tuple[Path, Path], rules: Path
    ) -> None:
        """A reference, a number in the text, a fee, a payout of three lines and twins; the rest stays open."""
        ended = manage("reconcile", *pair, "--rules", rules, "--json", files.folder / "result.json")

        result = files.read("result.json")
        found = {
            (tuple(group["left"]), tuple(group["right"]), group["pass"], group["difference"], group["status"])
            for group in result["groups"]
        }
        assert ended.code == 1
        assert found == {
            (("b1",), ("l1",), "Reference", "0.00", "matched"),
            (("b3",), ("l3",), "Reference", "-2.00", "matched"),
            (("b2",), ("l2",), "Text", "0.00", "matched"),
            (("b4",), ("l4", "l5", "l6"), "Payouts", "0.00", "matched"),
            (("b5",), ("l7",), "Name", "0.00", "matched"),
            (("b6",), ("l8",), "Name", "0.00", "matched"),
        }
        assert result["unmatched_left"] == ["b7"]
        assert result["unmatched_right"] == ["l9"]

    def test_states_scores_and_currencies_of_groups(self, files: Files, pair: tuple[Path, Path], rules: Path) -> None:
        """A score is a number from 0 to 1, money is text with its currency."""
        manage("reconcile", *pair, "--rules", rules, "--json", files.folder / "result.json")

        groups = files.read("result.json")["groups"]
        assert all(0 < group["score"] <= 1 for group in groups)
        assert {group["currency"] for group in groups} == {"EUR"}
        assert all(isinstance(group["difference"], str) for group in groups)

    def test_sums_up_each_side_by_count_and_amount(self, files: Files, pair: tuple[Path, Path], rules: Path) -> None:
        """Matched, suggested and open add up to the total, and stages tell how long they took."""
        manage("reconcile", *pair, "--rules", rules, "--json", files.folder / "result.json")

        summary = files.read("result.json")["summary"]
        left, right = summary["totals"]
        assert left["matched"] == {"count": 6, "amount": "478.50"}
        assert left["open"] == {"count": 1, "amount": "44.44"}
        assert left["total"] == {"count": 7, "amount": "522.94"}
        assert right["open"] == {"count": 1, "amount": "60.00"}
        assert summary["all_confirmed"] is False
        assert summary["files"]["right"] == {"name": "ledger.csv", "records": 9, "duplicates": 0, "rejected": 0}
        assert summary["stages"]

    def test_names_records_by_their_row_where_the_file_has_no_ids(self, files: Files) -> None:
        """The N-th data row is `row:N`; the header does not count."""
        left = files.write("left.csv", "date,amount,reference", "2026-01-05,1.00,A7001", "2026-01-06,2.00,A7002")
        right = files.write("right.csv", "date,amount,reference", "2026-01-06,2.00,A7002", "2026-01-07,3.00,A7003")
        rules = files.json(
            "rules.json", {"passes": [{"name": "R", "rules": [{"type": "SameReference"}, {"type": "SameAmount"}]}]}
        )
        # What the proposal takes for an id is its business: here no column is one.
        mapping = files.json("mapping.json", {side: {"fields": {"key": None}} for side in ("left", "right")})

        manage("reconcile", left, right, "--rules", rules, "--mapping", mapping, "--json", files.folder / "r.json")

        result = files.read("r.json")
        assert [(group["left"], group["right"]) for group in result["groups"]] == [(["row:2"], ["row:1"])]
        assert result["unmatched_left"] == ["row:1"]
        assert result["unmatched_right"] == ["row:2"]

    def test_leaves_everything_open_when_a_side_is_empty(self, files: Files) -> None:
        """A file with a header and no line is no error: there is nothing that could match."""
        left = files.write("left.csv", *BANK)
        right = files.write("right.csv", HEADER)

        ended = manage("reconcile", left, right, "--json", files.folder / "r.json")

        assert ended.code == 1
        assert files.read("r.json")["unmatched_left"] == ["b1", "b2", "b3", "b4", "b5", "b6", "b7"]


class TestExitCode:
    def test_is_0_when_everything_is_confirmed(self, files: Files, rules: Path) -> None:
        """Nothing open and nothing only suggested: a script may go on."""
        left = files.write("left.csv", *BANK[:2])
        right = files.write("right.csv", *LEDGER[:2])

        assert manage("reconcile", left, right, "--rules", rules).code == 0

    def test_is_1_when_something_is_only_suggested(self, files: Files) -> None:
        """Two rivals for one payment: a person has to look."""
        left = files.write("left.csv", HEADER, "b1,2026-03-02,100.00,EUR,,Alpha,one")
        right = files.write(
            "right.csv", HEADER, "l1,2026-03-02,100.00,EUR,X,Alpha,a", "l2,2026-03-02,100.00,EUR,Y,Alpha,b"
        )
        rules = files.json("rules.json", {"passes": [{"name": "Amount", "rules": [{"type": "SameAmount"}]}]})

        ended = manage("reconcile", left, right, "--rules", rules, "--json", files.folder / "r.json")

        assert ended.code == 1
        assert all(group["status"] == "suggested" for group in files.read("r.json")["groups"])

    def test_is_1_when_a_line_was_not_imported(self, files: Files, rules: Path) -> None:
        """What could not be read was not reconciled either; the line, the field and the reason are shown."""
        left = files.write("left.csv", *BANK[:2], "b8,2026-03-02,twelve,EUR,INV-1,Alpha,x")
        right = files.write("right.csv", *LEDGER[:2])

        ended = manage("reconcile", left, right, "--rules", rules)

        assert ended.code == 1
        assert "not imported: 1 line (first 1)" in ended.out
        assert "twelve" in ended.out


class TestScreen:
    def test_shows_evidence_rules_result_and_open_items(self, pair: tuple[Path, Path]) -> None:
        """Without options: how the files were understood, which rules were chosen and why, and what is left."""
        ended = manage("reconcile", *pair)

        assert "bank.csv (left)" in ended.out
        assert "Why these rules" in ended.out
        assert "Open on the left" in ended.out
        assert "b7" in ended.out
        assert "Nearest miss" in ended.out

    def test_reports_progress_in_plain_lines_where_nobody_watches(self, pair: tuple[Path, Path], rules: Path) -> None:
        """A log gets one line a stage, and no control character."""
        ended = manage("reconcile", *pair, "--rules", rules)

        assert "bank.csv: detecting …" in ended.err
        assert "\x1b" not in ended.err + ended.out

    def test_shows_no_escape_sequence_of_a_file(self, files: Files, rules: Path) -> None:
        """A statement's text cannot move the operator's cursor."""
        left = files.write("left.csv", HEADER, "b1,2026-03-02,7.77,EUR,ZZ-1,Zeta,\x1b[2Jcleared")
        right = files.write("right.csv", *LEDGER)

        ended = manage("reconcile", left, right, "--rules", rules)

        assert "cleared" in ended.out
        assert "\x1b" not in ended.out
