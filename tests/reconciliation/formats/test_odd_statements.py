"""Statements as they should not be: nothing of them is dropped, cut off or counted twice in silence."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reconciliation.formats import Inspection, UnreadableFileError, inspect
from tests.reconciliation.formats.files import amounts as amounts_of
from tests.reconciliation.formats.test_samples import SAMPLES

Read = Callable[[str], Inspection]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str) -> Inspection:
        path = tmp_path / "odd.txt"
        path.write_text(text, encoding="utf-8", newline="")
        return inspect(path)

    return read_text


def camt(*entries: str) -> str:
    entry = '<Ntry><Amt Ccy="EUR">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-03-02</Dt></BookgDt></Ntry>'
    account = "<Id>S</Id><Acct><Id><Othr><Id>A</Id></Othr></Id></Acct>"
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"{account}{''.join(entry.format(amount) for amount in entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def ofx(*entries: str, end: str = "</BANKTRANLIST></STMTRS></OFX>\n") -> str:
    head = "OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>7</BANKACCTFROM>\n<BANKTRANLIST>\n"
    entry = "<STMTTRN><DTPOSTED>20260302<TRNAMT>{}<FITID>F{}\n"
    return head + "".join(entry.format(amount, place) for place, amount in enumerate(entries)) + end


class TestSeveralEntriesOnALine:
    def test_each_has_a_row_of_its_own(self, read: Read) -> None:
        """An id such as row:3 names one entry, also where the whole file is one line."""
        records = read(camt("1.00", "1.00", "2.00")).reading.records

        assert records["row"].to_pylist() == [1, 2, 3]

    def test_their_amounts_are_counted_where_the_line_is_not(self, read: Read) -> None:
        """The line was the rejected entry's; the amount of the other one is in the account all the same."""
        reading = read(camt("-1.00", "5.00")).reading

        assert reading.sum_by_currency == {"EUR": Decimal("5.00")}
        assert {count.category: count.lines for count in reading.accounting} == {"record": 0, "rejected": 1}


class TestOfx:
    def test_a_transaction_that_is_not_closed_ends_with_the_next(self, read: Read) -> None:
        """SGML writers forget </STMTTRN>; each transaction is read all the same."""
        reading = read(ofx("1.00", "2.00", "3.00")).reading

        assert reading.sum_by_currency == {"USD": Decimal("6.00")}
        assert reading.spans.tolist() == [1, 1, 1]

    def test_a_file_that_ends_in_a_transaction_is_refused(self, read: Read) -> None:
        """Its amount may be cut off too."""
        with pytest.raises(UnreadableFileError, match="cut off within a transaction"):
            read(ofx("1.00", "2.0", end=""))

    def test_trades_are_told(self, read: Read) -> None:
        """They are no payments, and no record is made of them: that is said."""
        trade = "<BUYSTOCK><INVBUY><INVTRAN><FITID>x</INVTRAN><TOTAL>-50</INVBUY></BUYSTOCK>"
        warnings = list(read(ofx("1.00", end=f"</STMTTRN>{trade}</BANKTRANLIST></STMTRS></OFX>")).warnings())

        assert "1 trade of securities: no payment, so no record is made." in warnings


class TestQif:
    def test_a_missing_end_of_entry_is_refused(self, read: Read) -> None:
        """Two entries run together would be one, with the amount of the second."""
        with pytest.raises(UnreadableFileError, match="line 4: another entry begins"):
            read("!Type:Bank\nD3/13/26\nT-1.00\nD3/14/26\nT-2.00\n^\n")

    def test_a_file_that_ends_in_an_entry_is_refused(self, read: Read) -> None:
        """T-2 may have been T-25.00."""
        with pytest.raises(UnreadableFileError, match="cut off within an entry"):
            read("!Type:Bank\nD3/13/26\nT-1.00\n^\nD3/14/26\nT-2")

    def test_each_entry_has_the_account_of_its_section(self, read: Read) -> None:
        """A file of several accounts is no mixture; a list of all accounts at its head names none of them."""
        accounts = "!Option:AutoSwitch\n!Account\nNChecking\nTBank\n^\nNCard\n^\n!Clear:AutoSwitch\n"
        section = "!Account\nN{0}\n^\n!Type:Bank\nD3/13/26\nT-{1}.00\n^\nD3/14/26\nT-{1}.50\n^\n"
        reading = read(accounts + section.format("Card", 1) + section.format("Checking", 2)).reading

        assert reading.records["account"].to_pylist() == ["Card", "Card", "Checking", "Checking"]
        assert {count.category: count.lines for count in reading.accounting} == {"record": 12, "preamble": 16}


class TestJson:
    def test_a_line_separator_within_a_text_ends_no_line(self, read: Read) -> None:
        """JSON Lines are divided by line feeds alone: U+2028 may stand in any text."""
        line = '{{"id":"{0}","date":"2026-03-0{0}","amount":"{0}.10","currency":"EUR","text":"a\u2028b"}}\n'
        records = read("".join(line.format(place) for place in range(1, 5))).reading.records

        assert records["line"].to_pylist() == [1, 2, 3, 4]

    def test_a_field_that_comes_twice_is_refused(self, read: Read) -> None:
        """Which of two amounts counts is nobody's guess."""
        with pytest.raises(UnreadableFileError, match="'amount' twice"):
            read('[{"id":1,"date":"2026-03-21","amount":1.10,"amount":2.20,"currency":"EUR"}]')

    def test_a_byte_of_no_encoding_is_refused(self, tmp_path: Path) -> None:
        """In a list and in lines alike; the answer says where it stands."""
        french = "Grüße, Café à Genève".encode("cp1252") * 9
        item = b'{"id":1,"date":"2026-03-21","amount":1.10,"currency":"EUR","text":"' + french + b'\x8d"}'
        for place, content in enumerate((item, item + b"\n" + item)):
            path = tmp_path / str(place)
            path.write_bytes(content)

            with pytest.raises(UnreadableFileError, match="does not fit the encoding"):
                inspect(path)

    def test_a_list_without_objects_is_no_rival(self, read: Read) -> None:
        """An answer of an API often has a list of errors, or tags, beside that of the transactions."""
        item = '{"id":1,"date":"2026-03-21","amount":1.10,"currency":"EUR","tags":["a"]}'

        assert read(f'{{"errors":[],"data":[{item}]}}').reading.records.num_rows == 1
        assert read(item).reading.records.num_rows == 1


class TestBai2:
    REPORT = (
        "01,B,C,260401,0830,1,,,2/\n02,C,B,{status},260331,2400,,2/\n03,1,{currency},010,100,,/\n"
        "16,195,50,Z,,,A/\n49,150,3/\n98,150,1,5/\n99,150,1,7/\n"
    )

    @pytest.mark.parametrize(("status", "currency"), [("2", "USD"), ("4", "USD"), ("1", "XQQ")])
    def test_what_is_no_news_or_has_no_known_currency_is_no_record(
        self, read: Read, status: str, currency: str
    ) -> None:
        """A group that takes entries back, or is a test, adds none; an unknown currency is not taken for dollars."""
        with pytest.raises(UnreadableFileError, match="line 4: no entry of it can be read"):
            read(self.REPORT.format(status=status, currency=currency))


def test_a_narrative_may_have_a_line_that_begins_with_a_dash(read: Read) -> None:
    """Only a dash alone, or with its brace, ends the message."""
    movement = ":61:260331C1,00NTRFX\n:86:one\n- two\nthree\n"
    reading = read(f":20:S\n:25:A\n:28C:1\n:60F:C260331EUR0,00\n{movement}:62F:C260331EUR1,00\n-\n").reading

    assert reading.records["text"].to_pylist() == ["one - two three"]
    assert reading.spans.tolist() == [4]


def test_an_entry_date_that_is_no_day_is_refused(read: Read) -> None:
    """The value date does not stand in for what was written wrongly; where nothing is written it does."""
    movements = ":61:2603310399C1,00NTRFX\n:61:260331C1,00NTRFX\n"
    reading = read(f":20:S\n:25:A\n:28C:1\n:60F:C260331EUR0,00\n{movements}:62F:C260331EUR2,00\n-\n").reading

    assert [(line.line, line.reason) for line in reading.rejected] == [(5, "61: '0399' is no date")]
    assert reading.records["booking_date"].to_pylist() == [dt.date(2026, 3, 31)]


@pytest.mark.parametrize("written", [b"amountXYZ", b"textXYZ"])
def test_parquet_whose_texts_are_none_is_refused(tmp_path: Path, written: bytes) -> None:
    """One byte of a column's name, or of a cell, was changed: the file is damaged, and that is said."""
    path = tmp_path / "damaged.parquet"
    table = pa.table({"amountXYZ": ["1.00"], "text": ["textXYZ"]})
    pq.write_table(table, path, store_schema=False, compression="none", use_dictionary=False, write_statistics=False)
    path.write_bytes(path.read_bytes().replace(written, b"\x80" + written[1:]))

    with pytest.raises(UnreadableFileError, match="is damaged"):
        inspect(path)


@pytest.mark.parametrize(
    ("kind", "amounts", "expected"),
    [
        (pa.decimal128(38, 18), ["0", "1.5", "0.0000001"], ["0", "1.5", "0.0000001"]),
        (pa.float32(), [0.1, 1234.56, -1.1], ["0.1", "1234.56", "-1.1"]),
        (pa.float64(), [1e-05, 0.1, 1e6], ["0.00001", "0.1", "1000000"]),
    ],
)
def test_a_number_of_parquet_is_written_out(
    tmp_path: Path, kind: pa.DataType, amounts: list[float | str], expected: list[str]
) -> None:
    """A zero of eighteen decimals is 0 and not 0E-18; 0.1 stays 0.1 in four bytes."""
    values = [Decimal(amount) if isinstance(amount, str) else amount for amount in amounts]
    table = pa.table({"date": [dt.date(2026, 3, 1 + n) for n in range(3)], "amount": pa.array(values, kind)})
    path = tmp_path / "numbers.parquet"
    pq.write_table(table.append_column("currency", pa.array(["EUR"] * 3)), path)

    records = inspect(path).reading.records

    assert amounts_of(records) == [Decimal(amount) for amount in expected]


class TestBai2Controls:
    WHOLE = (
        "01,B,C,260401,0830,1,,,2/\n02,C,B,1,260331,2400,USD,2/\n03,1,USD,010,100,,/\n88,015,150,,/\n"
        "16,195,50,Z,,,A/\n49,300,{}/\n98,300,{}/\n99,300,{}/\n"
    )

    def test_the_numbers_of_records_agree(self, read: Read) -> None:
        """A trailer counts itself, and each continuation."""
        found = read(self.WHOLE.format("4", "1,6", "1,8"))

        assert list(found.warnings()) == []

    def test_one_that_differs_is_told(self, read: Read) -> None:
        """A record that is missing shows in the number of its level and of those above it."""
        found = read(self.WHOLE.format("5", "2,6", "1,9"))

        assert list(found.warnings()) == [
            "The account number of records on line 6 says 5, the lines make 4.",
            "The group number of accounts on line 7 says 2, the lines make 1.",
            "The file number of records on line 8 says 9, the lines make 8.",
        ]


class TestOfxTexts:
    @pytest.mark.parametrize("memo", ["a < b", "1<2", "x <- y", "<3", "less <", "<![CDATA[<TRNAMT>9]]>"])
    def test_a_mark_in_a_text_is_text(self, read: Read, memo: str) -> None:
        """SGML writers do not escape it; nothing behind it is cut off."""
        records = read(ofx("1.00").replace("<FITID>", f"<MEMO>{memo}<FITID>")).reading.records

        assert records["text"].to_pylist() == [memo.removeprefix("<![CDATA[").removesuffix("]]>")]
        assert records["key"].to_pylist() == ["F0"]

    def test_a_file_larger_than_what_is_read_at_once(self, read: Read) -> None:
        """No token is lost, cut or counted twice where one chunk ends and the next begins."""
        reading = read(ofx(*(f"{n}.25" for n in range(9_000)))).reading

        assert reading.records["key"].to_pylist() == [f"F{n}" for n in range(9_000)]
        assert reading.records["line"].to_pylist() == list(range(5, 9_005))
        assert {count.category: count.lines for count in reading.accounting} == {"record": 9_000, "header": 5}

    @pytest.mark.parametrize("odd", ["<MEMO>" + "x" * 1_200_000, "<MEMO><![CDATA[" + "x" * 300_000])
    def test_a_text_without_end_is_refused(self, read: Read, odd: str) -> None:
        """Neither fills the memory."""
        with pytest.raises(UnreadableFileError, match=r"longer than a megabyte|never closed"):
            read(ofx("1.00", end=odd))


@pytest.mark.parametrize("name", ["camt053.xml", "mt940.sta", "bai2.txt", "ofx.qfx"])
def test_a_preview_shows_what_stands_in_the_file(name: str) -> None:
    """Beside what was understood: lines of the file itself, not cells that no such file has."""
    path = SAMPLES / name
    found = inspect(path)
    written = path.read_text(encoding=found.mapping.encoding).splitlines()

    for row in found.reading.preview:
        whole, last = row.cells[:-1], row.cells[-1]

        assert row.cells[0] in written[row.line - 1]
        assert set(whole) <= {line.strip() for line in written} | set(written)
        assert any(last in line for line in written)
