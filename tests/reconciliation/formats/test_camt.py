"""camt statements as banks write them: batches, shared references, control totals."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from reconciliation.formats import Inspection, UnreadableFileError, inspect
from tests.reconciliation.formats.files import amounts

Read = Callable[..., Inspection]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_statement(*parts: str) -> Inspection:
        path = tmp_path / "statement.xml"
        path.write_text(
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
            + "".join(f"<Stmt><Id>S{place}</Id>{part}</Stmt>\n" for place, part in enumerate(parts, 1))
            + "</BkToCstmrStmt></Document>\n",
            encoding="utf-8",
        )
        return inspect(path)

    return read_statement


def account(name: str) -> str:
    return f"<Acct><Id><Othr><Id>{name}</Id></Othr></Id><Ccy>EUR</Ccy></Acct>"


def entry(amount: str, inside: str = "", way: str = "CRDT", status: str = "BOOK") -> str:
    return (
        f'\n<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>2026-03-02</Dt></BookgDt>{inside}</Ntry>"
    )


def reference(text: str) -> str:
    return f"<AcctSvcrRef>{text}</AcctSvcrRef>"


def transaction(name: str, text: str, end_to_end: str) -> str:
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end}</EndToEndId></Refs><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def summary(tag: str, number: int, total: str) -> str:
    return f"<TxsSummry><{tag}><NbOfNtries>{number}</NbOfNtries><Sum>{total}</Sum></{tag}></TxsSummry>"


class TestReferences:
    def test_one_that_entries_share_names_none_of_them(self, read: Read) -> None:
        """The entries of a batch are all records, known by what they say; a reference of its own stays a key."""
        shared, own = reference("B-1"), reference("B-2")
        records = read(
            account("A") + entry("1.00", shared) + entry("2.00", shared) + entry("3.00", own)
        ).reading.records

        assert records["key"].to_pylist() == [None, None, "B-2"]
        assert records["reference"].to_pylist() == ["B-1", "B-1", "B-2"]

    def test_that_of_another_statement_is_no_rival(self, read: Read) -> None:
        """A report that repeats what the one before said repeats its keys: the entries are recognised by them."""
        repeated = account("A") + entry("1.00", reference("B-1"))
        records = read(repeated, repeated).reading.records

        assert records["key"].to_pylist() == ["B-1", "B-1"]

    def test_two_accounts_may_have_the_same(self, read: Read) -> None:
        """A reference is shared within its account only."""
        twice = account("A") + entry("1.00", reference("T")) + entry("2.00", reference("T"))
        records = read(twice, account("B") + entry("1.00", reference("T"))).reading.records

        assert records["key"].to_pylist() == [None, None, "T"]


class TestBatches:
    def test_what_its_transactions_share_is_said_of_the_entry(self, read: Read) -> None:
        """A name that all have is the counterparty; references that differ are none; each text stands once."""
        details = (
            transaction("Ada", "rent", "E1") + transaction("Ada", "rent", "E2") + transaction("Ada", "water", "E3")
        )
        batch = "<NtryDtls><Btch><PmtInfId>P-7</PmtInfId></Btch>" + details + "</NtryDtls>"
        row = read(account("A") + entry("3.00", batch)).reading.records.to_pylist()[0]

        assert (row["counterparty"], row["text"], row["reference"]) == ("Ada", "rent water", "P-7")
        assert row["end_to_end_id"] is None

    def test_the_details_of_one_entry_are_not_those_of_the_next(self, read: Read) -> None:
        """Each entry begins with nothing known."""
        first = entry("1.00", f"<NtryDtls>{transaction('Ada', 'rent', 'E1')}</NtryDtls>")
        records = read(account("A") + first + entry("2.00")).reading.records

        assert records["text"].to_pylist() == ["rent", None]

    def test_any_number_of_them_is_read(self, read: Read) -> None:
        """Ten thousand different ones, of two megabytes, make one record; its text says that there are more."""
        details = "".join(transaction(f"Payer {n}", f"invoice {n:06}", f"E{n}") for n in range(10_000))
        reading = read(account("A") + entry("3.00", f"<NtryDtls>{details}</NtryDtls>")).reading
        text = str(reading.records["text"].to_pylist()[0])

        assert amounts(reading.records) == [Decimal("3.00")]
        assert text.startswith("invoice 000000 invoice 000001")
        assert text.endswith("(and 9,715 more texts)")

    def test_an_entry_without_end_is_refused(self, read: Read) -> None:
        """Elements that no statement has are bounded, however little stands in each."""
        with pytest.raises(UnreadableFileError, match="longer than a megabyte"):
            read(account("A") + entry("3.00", "<X/>" * 20_000))


@pytest.mark.parametrize("encoding", ["UTF-0", "Shift_JIS", "UTF-7"])
def test_an_encoding_that_nobody_can_read_is_refused(tmp_path: Path, encoding: str) -> None:
    """The file says so in its first line, and the answer names it."""
    path = tmp_path / "odd.xml"
    namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    path.write_text(f'<?xml version="1.0" encoding="{encoding}"?><Document xmlns="{namespace}"/>')

    with pytest.raises(UnreadableFileError, match="names an encoding that cannot be read"):
        inspect(path)


class TestControlTotals:
    def test_one_that_agrees_is_silent(self, read: Read) -> None:
        """Three entries of 6.00 are what the summary says."""
        entries = entry("1.00") + entry("2.00", way="DBIT") + entry("3.00")

        assert list(read(account("A") + summary("TtlNtries", 3, "6.00") + entries).warnings()) == []
        assert list(read(account("A") + summary("TtlCdtNtries", 2, "4") + entries).warnings()) == []

    def test_one_that_differs_is_told(self, read: Read) -> None:
        """An entry that is missing shows in the number and in the sum."""
        warnings = list(read(account("A") + summary("TtlDbtNtries", 2, "5.00") + entry("2.00", way="DBIT")).warnings())

        assert warnings == [
            "The number of the debits of statement S1 (TxsSummry) says 2, the lines make 1.",
            "The sum of the debits of statement S1 (TxsSummry) says 5.00, the lines make 2.00.",
        ]

    @pytest.mark.parametrize(("number", "total"), [(1, "1.00"), (2, "3.00")])
    def test_may_or_may_not_count_what_is_not_booked(self, read: Read, number: int, total: str) -> None:
        """Banks differ in it, and neither is wrong."""
        entries = entry("1.00") + entry("2.00", status="PDNG")

        assert list(read(account("A") + summary("TtlNtries", number, total) + entries).warnings()) == []
