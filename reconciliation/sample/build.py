"""Writes the sample's two files: `python -m reconciliation.sample.build`.

The bank writes as a European bank does (semicolons, decimal commas, day first, a running balance); the ledger as an
accounting package exports (commas, decimal points, ISO dates).
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from reconciliation.sample import BANK_STATEMENT, LEDGER
from reconciliation.sample.lines import BankLine, LedgerLine
from reconciliation.sample.story import tell

BANK_HEADER = (
    "Transaction ID",
    "Booking date",
    "Value date",
    "Counterparty",
    "Details",
    "Reference",
    "Amount",
    "Currency",
    "Balance",
)
LEDGER_HEADER = ("Entry ID", "Posting date", "Reference", "Name", "Description", "Amount", "Currency")
OPENING_BALANCE = Decimal("48210.37")


def decimal_comma(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def bank_rows(lines: Iterable[BankLine]) -> Iterator[Sequence[str]]:
    balance = OPENING_BALANCE
    for number, line in enumerate(lines, start=1):
        balance += line.amount
        booked = f"{line.booked:%d.%m.%Y}"
        yield (
            f"BK-2610-{number:04}",
            booked,
            booked,
            line.counterparty,
            line.details,
            line.reference,
            decimal_comma(line.amount),
            "EUR",
            decimal_comma(balance),
        )


def ledger_rows(lines: Iterable[LedgerLine]) -> Iterator[Sequence[str]]:
    for number, line in enumerate(lines, start=4_501):
        entry, posted = f"GL-{number:06}", line.posted.isoformat()
        yield (entry, posted, line.reference, line.party, line.description, f"{line.amount:.2f}", "EUR")


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def build(bank_statement: Path = BANK_STATEMENT, ledger: Path = LEDGER) -> None:
    """Write both files; the same bytes every time."""
    book = tell()
    write(bank_statement, BANK_HEADER, bank_rows(book.bank), delimiter=";")
    write(ledger, LEDGER_HEADER, ledger_rows(book.ledger), delimiter=",")


if __name__ == "__main__":
    build()
