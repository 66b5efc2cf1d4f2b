"""What reading answers: what was decided and why, the records, and where every line went."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import Integers
from reconciliation.formats.mapping import Mapping

Category = Literal["record", "header", "total", "balance", "blank", "preamble", "footer", "pending", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One decision, and what in the file speaks for it; `confidence` is in percent."""

    decision: str
    choice: str
    because: str
    confidence: int
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the file leaves open. `decision` is the key of the mapping document that answers it."""

    decision: str
    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How a file would be read: a proposal with its evidence."""

    format: str
    mapping: Mapping
    evidence: tuple[Evidence, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def encoding(self) -> str:
        return self.mapping.encoding

    @property
    def dialect(self) -> dict[str, str]:
        return {"delimiter": self.mapping.delimiter, "quote": self.mapping.quote}

    @property
    def header(self) -> tuple[str, ...]:
        return self.mapping.headers

    def questions_left(self, mapping: Mapping) -> tuple[Question, ...]:
        """The questions that a (changed) mapping of this file still leaves unanswered."""
        return tuple(question for question in self.questions if question.decision in mapping.undecided)


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLine:
    """A line that became no record; `raw` is what stands there, the beginning of it where it is long.

    `cells` are empty where they are too long to be kept. `row`, `span`, `amount` and `currency` are what the numbering
    and the account of lines take it for.
    """

    line: int
    field: str
    reason: str
    raw: str = ""
    cells: tuple[str, ...] = ()
    row: int = 0
    span: int = 1
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCount:
    """How many physical lines went one way, and what their amounts add up to."""

    category: Category
    lines: int
    amounts: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the file itself says the account stood at; `derived` from a running balance."""

    amount: Decimal
    currency: str
    date: dt.date | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One line as it stands in the file and as it was understood."""

    line: int
    cells: tuple[str, ...]
    parsed: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is to be told of a whole file beside its records: an account of every physical line."""

    count: int
    """Of records."""
    rejected: tuple[RejectedLine, ...] = ()
    accounting: tuple[LineCount, ...] = ()
    opening_balances: tuple[Balance, ...] = ()
    closing_balances: tuple[Balance, ...] = ()
    warnings: tuple[str, ...] = ()
    preview: tuple[PreviewRow, ...] = ()

    @property
    def sum_by_currency(self) -> dict[str, Decimal]:
        return next((dict(count.amounts) for count in self.accounting if count.category == "record"), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Findings):
    """A whole file in memory."""

    records: pa.Table
    spans: Integers
    """How many physical lines each record takes up that none before it has counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What `manage.py inspect` shows: how the file would be read, and what would come of it."""

    detection: Detection
    reading: Reading
    mapping: Mapping

    def document(self) -> dict[str, Any]:
        dates = self.booking_dates()
        return {
            "format": self.detection.format,
            "encoding": self.mapping.encoding,
            "transactions": self.reading.records.num_rows,
            "sum_by_currency": {code: plain(total) for code, total in self.reading.sum_by_currency.items()},
            "opening_balance": [_shown(balance) for balance in self.reading.opening_balances],
            "closing_balance": [_shown(balance) for balance in self.reading.closing_balances],
            "first_booking_date": dates[0].isoformat() if dates else None,
            "last_booking_date": dates[1].isoformat() if dates else None,
            "warnings": list(self.warnings()),
            "rejected": [
                {"line": line.line, "field": line.field, "reason": line.reason} for line in self.reading.rejected
            ],
            "mapping": self.mapping.to_document(),
        }

    def warnings(self) -> Iterator[str]:
        yield from self.detection.warnings
        yield from (question.text for question in self.detection.questions_left(self.mapping))
        yield from self.reading.warnings

    def booking_dates(self) -> tuple[dt.date, dt.date] | None:
        extremes: Any = pc.min_max(self.reading.records["booking_date"])
        first, last = extremes["min"].as_py(), extremes["max"].as_py()
        return None if first is None else (first, last)


def plain(amount: Decimal) -> str:
    """Written out: never an exponent."""
    return f"{amount:f}"


def _shown(balance: Balance) -> dict[str, str | None]:
    day = balance.date.isoformat() if balance.date else None
    return {"amount": plain(balance.amount), "currency": balance.currency, "date": day}
