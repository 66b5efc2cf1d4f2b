"""Delimited files of every kind: what becomes a record, and what each other line is."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from reconciliation.formats import headers_of
from reconciliation.formats.currencies import NO_CURRENCY
from tests.reconciliation.formats.files import amounts, inspected, lines, rejected


class TestRecords:
    def test_the_columns_of_a_record(self, tmp_path: Path) -> None:
        """Core fields by meaning, every other column under its own name, the raw cells as written."""
        text = "id,Date,Description,Amount,Currency,Batch ID\n7,2026-05-04, Rent ,-1.5,eur,B1\n"

        records = inspected(tmp_path, text).reading.records

        row = records.to_pylist()[0]
        assert row["line"] == 2
        assert row["row"] == 1
        assert row["key"] == "7"
        assert row["booking_date"] == date(2026, 5, 4)
        assert (row["amount"], row["scale"], row["currency"]) == (-150, 2, "EUR")
        assert row["text"] == "Rent"
        assert row["batch_id"] == "B1"
        assert row["cell_2"] == " Rent "
        assert headers_of(records.schema) == ("id", "Date", "Description", "Amount", "Currency", "Batch ID")

    def test_references_are_text(self, tmp_path: Path) -> None:
        """Leading zeros stay; what a spreadsheet made a number of is flagged."""
        text = "Date,Amount,Reference\n2026-05-04,1.00,000123\n2026-05-05,2.00,1.2E+15\n"

        reading = inspected(tmp_path, text).reading

        assert reading.records["reference"].to_pylist() == ["000123", "1.2E+15"]
        assert "turned 1 value of reference into numbers" in reading.warnings[0]

    def test_the_scale_is_the_currency_s_or_more(self, tmp_path: Path) -> None:
        """Yen have no decimals, dinars three; more decimals than the currency has are kept, idle zeros are not."""
        text = "Date,Amount,Currency\n" + "".join(
            f"2026-05-04,{amount},{code}\n"
            for amount, code in (("500", "JPY"), ("1.5", "BHD"), ("10.0050", "EUR"), ("0.333333333333", "EUR"))
        )

        records = inspected(tmp_path, text).reading.records

        assert records["scale"].to_pylist() == [0, 3, 3, 12]
        assert amounts(records) == [Decimal(500), Decimal("1.5"), Decimal("10.005"), Decimal("0.333333333333")]

    def test_a_zone_makes_an_instant_of_a_date(self, tmp_path: Path) -> None:
        """The booking date is the day as written, the instant is in UTC, a plain date has none."""
        text = "Date,Amount\n2026-03-31T23:30:00-05:00,1.00\n2026-04-02,2.00\n"

        records = inspected(tmp_path, text).reading.records

        assert records["booking_date"].to_pylist() == [date(2026, 3, 31), date(2026, 4, 2)]
        assert records["occurred_at"].to_pylist() == [datetime(2026, 4, 1, 4, 30, tzinfo=UTC), None]

    def test_a_list_of_entities_has_no_amounts(self, tmp_path: Path) -> None:
        """Without amounts every column is kept under its name, and amounts and dates are null."""
        inspection = inspected(tmp_path, "id,name,phone,city\n1,Arnie,310/246,LA\n2,Bel-Air,310/472,LA\n")

        row = inspection.reading.records.to_pylist()[0]
        assert (row["key"], row["name"], row["phone"]) == ("1", "Arnie", "310/246")
        assert (row["amount"], row["booking_date"], row["currency"]) == (None, None, NO_CURRENCY)

    def test_line_breaks_inside_quotes(self, tmp_path: Path) -> None:
        """A record has the line it starts on, and counts all the lines it covers."""
        text = 'Date,Text,Amount\n2026-05-04,"a\nb",1.00\n2026-05-05,c,2.00\n'

        inspection = inspected(tmp_path, text)

        assert inspection.reading.records["line"].to_pylist() == [2, 4]
        assert lines(inspection) == {"record": 3, "header": 1}


class TestConventions:
    @pytest.mark.parametrize(
        ("text", "total"),
        [
            ("Datum;Betrag;Währung\n04.05.2026;-1.234,56;EUR\n13.05.2026;2.000.000,00;EUR\n", "1998765.44"),
            ("Date;Montant;Devise\n04/05/2026;-1\u202f234,56;EUR\n13/05/2026;0,56;EUR\n", "-1234.00"),
            ("Date,Amount,Currency\n2026-05-04,(123.45),EUR\n2026-05-05,0.55-,EUR\n", "-124.00"),
            ("Date,Amount,Currency\n2026-05-04,10.00 DR,EUR\n2026-05-05,3.00 CR,EUR\n", "-7.00"),
            ('Datum,Af Bij,Bedrag (EUR)\n20260504,Af,"1,25"\n20260505,Bij,"3,00"\n', "1.75"),
            ("Date;Débit;Crédit;Devise\n2026-05-04;5,00;;EUR\n2026-05-05;;7,50;EUR\n", "2.50"),
            ("Date,Debit,Credit,Currency\n2026-05-04,-5.00,,EUR\n2026-05-05,,7.50,EUR\n", "2.50"),
            ("Дата;Сумма;Валюта\n2026-05-04;-1,50;EUR\n2026-05-05;4,00;EUR\n", "2.50"),
            ("Date,Amount,Currency,Sens\n2026-05-04,5.00,EUR,D\n2026-05-05,7.50,EUR,C\n", "2.50"),
        ],
    )
    def test_signs_and_marks(self, tmp_path: Path, text: str, total: str) -> None:
        """Each country's way to write money in and money out gives the same signed amounts."""
        assert inspected(tmp_path, text).reading.sum_by_currency == {"EUR": Decimal(total)}

    def test_a_file_without_header(self, tmp_path: Path) -> None:
        """Columns are told by their content: the running balance tells which number is the amount."""
        text = "".join(
            f"{day}.06.2026;{balance};{amount};EUR;payment {day}\n"
            for day, balance, amount in ((13, "100,00", "-5,00"), (14, "95,00", "20,00"), (15, "115,00", "-1,50"))
        )

        inspection = inspected(tmp_path, text)

        assert inspection.reading.sum_by_currency == {"EUR": Decimal("13.50")}
        assert inspection.reading.opening_balances[0].amount == Decimal("100.00")
        assert inspection.reading.closing_balances[0].amount == Decimal("113.50")
        assert inspection.reading.records["text"].to_pylist()[0] == "payment 13"

    def test_names_that_do_not_stand_over_the_columns(self, tmp_path: Path) -> None:
        """A header with more names than the lines have cells is not believed."""
        text = "Date,Bank,Branch,Memo,Amount,\n" + "2026-05-04,a,-7.80,\n2026-05-05,b,889.81,\n"

        inspection = inspected(tmp_path, text)

        assert inspection.reading.sum_by_currency == {NO_CURRENCY: Decimal("882.01")}
        assert "the names are not used" in inspection.detection.warnings[0]

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    def test_line_ends_and_encodings(self, tmp_path: Path, end: str, encoding: str) -> None:
        """All line ends and encodings give the same records."""
        text = end.join(["Date,Text,Amount", "2026-05-04,Grüße,1.00", "2026-05-05,Café,2.00", ""])

        inspection = inspected(tmp_path, text, encoding)

        assert inspection.reading.records["text"].to_pylist() == ["Grüße", "Café"]
        assert lines(inspection) == {"record": 2, "header": 1}

    def test_a_separator_line_and_trailing_delimiters(self, tmp_path: Path) -> None:
        """`sep=` is a line of its own; a delimiter at the end of each line adds no column of use."""
        inspection = inspected(tmp_path, "sep=;\nDate;Amount;\n2026-05-04;1,00;\n2026-05-05;2,00;;;\n")

        assert inspection.reading.sum_by_currency == {NO_CURRENCY: Decimal("3.00")}
        assert lines(inspection) == {"record": 2, "header": 1, "preamble": 1}


class TestOtherLines:
    def test_rejected_lines_have_field_and_reason(self, tmp_path: Path) -> None:
        """What cannot be a record is set aside by line and field, and nothing is defaulted."""
        text = (
            "Date,Text,Amount,Currency\n2026-05-04,a,1.00,EUR\n2026-05-05,b,NaN,EUR\n2026-02-30,c,1.00,EUR\n"
            "2026-05-06,d,,EUR\n,e,1.00,EUR\n2026-05-06,f,1.00\n2026-05-06,g,1.00,EUR,x\n2026-05-06,h\0,1.00,EUR\n"
            "2026-05-06,i,1.00,\n2026-05-06,j,1.00,???\n"
        )

        inspection = inspected(tmp_path, text)

        assert rejected(inspection) == [
            (3, "Amount"),
            (4, "Date"),
            (5, "Amount"),
            (6, "Date"),
            (7, ""),
            (8, ""),
            (9, "Text"),
            (10, "Currency"),
            (11, "Currency"),
        ]
        assert lines(inspection) == {"record": 1, "header": 1, "rejected": 9}

    def test_oversized_cells(self, tmp_path: Path) -> None:
        """A cell of megabytes is set aside, not swallowed."""
        inspection = inspected(tmp_path, f"Date,Text,Amount\n2026-05-04,{'A' * 3_000_000},1.00\n2026-05-05,b,2.00\n")

        assert rejected(inspection) == [(2, "Text")]
        assert inspection.reading.records.num_rows == 1

    def test_what_is_not_booked_is_no_record(self, tmp_path: Path) -> None:
        """Pending lines are counted as such, with their amounts."""
        text = "Data;Importo;Stato\n13/05/2026;-9,99;Autorizzato\n14/05/2026;150,62;Contabilizzato\n"

        inspection = inspected(tmp_path, text)

        assert amounts(inspection.reading.records) == [Decimal("150.62")]
        pending = next(count for count in inspection.reading.accounting if count.category == "pending")
        assert (pending.lines, pending.amounts) == (1, {"EUR": Decimal("-9.99")})

    def test_preamble_balances_total_and_footer(self, tmp_path: Path) -> None:
        """Everything around the table is told apart; balances that do not add up are reported."""
        text = (
            "Account statement,,\nOpening balance,,100.00\n\nDate,Text,Amount\n2026-05-04,a,1.00\n\n2026-05-05,b,2.00\n"
            ",Total,3.00\nClosing balance,,104.00\nPrinted by the bank,,\n"
        )

        inspection = inspected(tmp_path, text)

        assert lines(inspection) == {
            "record": 2, "header": 1, "total": 1, "balance": 2, "blank": 2, "preamble": 1, "footer": 1,
        }  # fmt: skip
        assert inspection.reading.opening_balances[0].amount == Decimal(100)
        assert [warning for warning in inspection.reading.warnings if "difference 1.00" in warning]

    def test_a_total_is_a_control_total(self, tmp_path: Path) -> None:
        """A totals line that says something else than the lines above is reported, and is no payment."""
        inspection = inspected(tmp_path, "Date,Text,Amount\n2026-05-04,a,1.00\n2026-05-05,b,2.00\n,Total,4.00\n")

        assert inspection.reading.sum_by_currency == {NO_CURRENCY: Decimal("3.00")}
        assert inspection.reading.warnings == ("The total on line 4 says 4.00, the lines above it add up to 3.00.",)

    def test_a_dated_opening_balance_is_no_payment(self, tmp_path: Path) -> None:
        """A line that calls itself a balance is none of the movements, however complete it is, and that is said."""
        text = "Date,Text,Amount\n2026-05-01,Opening balance,100.00\n2026-05-04,Opening balance of flat 3,1.00\n"

        inspection = inspected(tmp_path, text)

        assert amounts(inspection.reading.records) == [Decimal("1.00")]
        assert inspection.reading.opening_balances[0].amount == Decimal(100)
        assert "no record is made of it" in inspection.reading.warnings[0]

    def test_words_between_records_are_not_passed_over(self, tmp_path: Path) -> None:
        """A line of words is a footer only when no record follows it."""
        inspection = inspected(tmp_path, "Date,Text,Amount\n2026-05-04,a,1.00\n,something,\n2026-05-05,b,2.00\n")

        assert [line for line, _ in rejected(inspection)] == [3]

    def test_the_running_balance_is_followed(self, tmp_path: Path) -> None:
        """A step that the amount does not explain is reported with its line."""
        rows = [("1.00", "11.00"), ("2.00", "13.00"), ("3.00", "16.50"), ("1.00", "17.50"), ("1.00", "18.50")]
        text = "Date,Amount,Balance\n" + "".join(f"2026-05-04,{amount},{balance}\n" for amount, balance in rows)

        assert inspected(tmp_path, text).reading.warnings == (
            "The running balance does not add up on 1 of 5 lines, first on line 4.",
        )

    def test_a_header_repeated_in_the_middle(self, tmp_path: Path) -> None:
        """Files glued together repeat their header; it is no rejected line."""
        text = "Date,Text,Amount\n2026-05-04,a,1.00\nDate,Text,Amount\n2026-05-05,b,2.00\n"

        assert lines(inspected(tmp_path, text)) == {"record": 2, "header": 2}

    def test_many_blank_and_broken_lines(self, tmp_path: Path) -> None:
        """Thousands of lines that are nothing cost no more than lines that are something."""
        text = (
            "Date,Text,Amount\n2026-05-04,a,1.00\n" + "\n" * 5000 + "2026-05-05,b\n" * 5000 + "2026-05-06,c,x\n" * 5000
        )

        assert lines(inspected(tmp_path, text)) == {"record": 1, "header": 1, "blank": 5000, "rejected": 10_000}

    def test_a_quote_that_swallows_lines(self, tmp_path: Path) -> None:
        """A quote closed by a later one takes whole lines into a cell: that line is set aside."""
        text = 'Date,Text,Amount\n2026-05-04,"a,1.00\n2026-05-05,b,2.00\n2026-05-06,c",3.00\n2026-05-07,d,4.00\n'

        inspection = inspected(tmp_path, text)

        assert rejected(inspection) == [(2, "Text")]
        assert lines(inspection) == {"record": 1, "header": 1, "rejected": 3}
