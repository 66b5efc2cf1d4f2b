"""What a statement file is made of, in the order in which it is met."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from reconciliation.formats.results import Balance, Category

COLUMNS = (
    "account", "currency", "booking_date", "value_date", "amount", "direction", "status", "key", "reference",
    "end_to_end_id", "batch", "counterparty", "counterparty_account", "text", "code", "bank_reference",
)  # fmt: skip
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement. `cells` are texts by column name; dates are ISO dates already, amounts as the format writes them.
    With a `problem` (field, reason) it is no record.
    """

    line: int
    span: int
    cells: dict[str, str]
    raw: str = ""
    problem: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """Physical lines that are no entry, and what they are."""

    category: Category
    lines: int


@dataclass(frozen=True, slots=True)
class Stated:
    """A balance that the file states for the statement being read."""

    kind: Literal["opening", "closing"]
    balance: Balance


@dataclass(frozen=True, slots=True)
class Start:
    """A statement begins. `number` is its sequence number, 0 where there is none."""

    account: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Control:
    """A control total of the file itself: what it says, and what the lines make."""

    what: str
    says: Decimal
    made: Decimal


@dataclass(frozen=True, slots=True)
class Warn:
    """Something the reader of the statement should know."""

    text: str


Part = Entry | Other | Stated | Start | Control | Warn


def number_of(text: str) -> int:
    """The number of a statement; 0 where it is none."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0
