import csv
from decimal import Decimal
from pathlib import Path

import pytest

from reconciliation.console.spreadsheets import neutral, sheet


class TestNeutral:
    @pytest.mark.parametrize("text", ["=1+1", "+49 761 123", "-Meier", "@SUM(A1)", "\t=1", "\r=1", "-1+2", "+A1"])
    def test_takes_the_force_out_of_formulas(self, text: str) -> None:
        """Whatever a spreadsheet would calculate gets a leading apostrophe."""
        assert neutral(text) == f"'{text}"

    @pytest.mark.parametrize("text", ["-12.50", "+7", "0", "-1234567.890", "Invoice 7", "", "1=1"])
    def test_leaves_numbers_and_plain_text_alone(self, text: str) -> None:
        """A negative amount is a number, not a formula."""
        assert neutral(text) == text

    @pytest.mark.parametrize("text", ["-0.00000012", "0.00000000", "100000000000000000000"])
    def test_writes_amounts_out(self, text: str) -> None:
        """Neither a small amount nor a large one stands there with an exponent, or as text."""
        assert neutral(Decimal(text)) == text

    def test_writes_nothing_for_nothing(self) -> None:
        """A value that the file did not have is an empty cell."""
        assert neutral(None) == ""


class TestSheet:
    def test_appears_under_its_name_only_when_it_is_complete(self, tmp_path: Path) -> None:
        """A reader never meets half a file, and an error leaves none behind."""
        path = tmp_path / "open.csv"

        with pytest.raises(ZeroDivisionError), sheet(path, ["id"]) as write:
            write([str(1 // number)] for number in (1, 0))

        assert list(tmp_path.iterdir()) == []

    def test_writes_rows_in_batches(self, tmp_path: Path) -> None:
        """The header comes once, the rows of every batch after it."""
        path = tmp_path / "open.csv"

        with sheet(path, ["id", "text"]) as write:
            write([["1", "=A1"]])
            write([["2", None]])

        with path.open(newline="") as file:
            assert list(csv.reader(file)) == [["id", "text"], ["1", "'=A1"], ["2", ""]]
