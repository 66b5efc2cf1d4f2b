"""The two kinds of line that the sample consists of, and the pack of both that one chapter of its story yields."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Self


@dataclass(frozen=True)
class BankLine:
    """One line of the bank statement; `amount` is what reached or left the account."""

    booked: date
    counterparty: str
    details: str
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True)
class LedgerLine:
    """One posting on the bank's account in the ledger."""

    posted: date
    party: str
    description: str
    amount: Decimal
    reference: str = ""


@dataclass
class Pages:
    """Lines of both books, collected chapter by chapter."""

    bank: list[BankLine] = field(default_factory=list)
    ledger: list[LedgerLine] = field(default_factory=list)

    def add(self, *lines: BankLine | LedgerLine) -> None:
        for line in lines:
            if isinstance(line, BankLine):
                self.bank.append(line)
            else:
                self.ledger.append(line)

    @classmethod
    def bound(cls, chapters: Iterable[Self]) -> Self:
        """All chapters in one, each book in the order of its dates."""
        book = cls()
        for chapter in chapters:
            book.add(*chapter.bank, *chapter.ledger)
        book.bank.sort(key=lambda line: line.booked)
        book.ledger.sort(key=lambda line: line.posted)
        return book


def day(number: int, month: int = 10) -> date:
    """A day of the sample's autumn; Saturdays and Sundays move to the Monday, as a bank's booking day does."""
    chosen = date(2026, month, number)
    weekend = max(chosen.isoweekday() - 5, 0)
    return date.fromordinal(chosen.toordinal() + (3 - weekend if weekend else 0))


def cents(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2)
