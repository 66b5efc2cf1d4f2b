import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from reconciliation import sample
from reconciliation.rules import RuleSet
from reconciliation.sample.build import OPENING_BALANCE, build


def rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def european(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", "."))


class TestSample:
    def test_is_what_its_script_writes(self, tmp_path: Path) -> None:
        """The shipped files and the story that explains them are never apart."""
        statement, ledger = tmp_path / "bank.csv", tmp_path / "ledger.csv"

        build(statement, ledger)

        assert statement.read_bytes() == sample.BANK_STATEMENT.read_bytes()
        assert ledger.read_bytes() == sample.LEDGER.read_bytes()

    def test_keeps_a_running_balance(self) -> None:
        """The bank's balance column adds up, line by line."""
        balance = OPENING_BALANCE

        for row in rows(sample.BANK_STATEMENT, ";"):
            balance += european(row["Amount"])

            assert european(row["Balance"]) == balance, row["Transaction ID"]

    def test_pays_out_several_ledger_lines_less_a_fee(self) -> None:
        """Each payout at the bank is smaller than the sum of its orders and refunds in the ledger."""
        gross: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in rows(sample.LEDGER, ","):
            gross[row["Reference"]] += Decimal(row["Amount"])

        payouts = [row for row in rows(sample.BANK_STATEMENT, ";") if row["Details"].startswith("PAYOUT")]

        assert len(payouts) == 9
        assert all(0 < gross[row["Reference"]] - european(row["Amount"]) < 60 for row in payouts)

    def test_ships_rules_that_hold_together(self) -> None:
        """The sample's rule document is one that the product accepts."""
        rules = RuleSet.from_document(json.loads(sample.RULES.read_text()))

        assert [step.cardinality for step in rules.passes] == ["1:1", "1:1", "1:n", "1:1", "1:1", "1:1"]
