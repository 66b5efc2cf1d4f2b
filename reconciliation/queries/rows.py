"""What several queries answer with: a record as a page, a file or an API shows it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reconciliation.ids import RecordId, Side, SourceId
from reconciliation.models import Record


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    id: RecordId
    source_id: SourceId
    side: Side
    key: str | None
    line: int
    booking_date: date | None
    value_date: date | None
    amount: Decimal | None
    currency: str
    reference: str | None
    counterparty: str | None
    text: str | None
    account: str | None
    age_days: int | None
    """Days since the value date, or since the booking date where the file has no value date."""


def record_row(record: Record, side: Side, today: date) -> RecordRow:
    since = record.value_date or record.booking_date
    return RecordRow(
        id=RecordId(record.id),
        source_id=SourceId(record.source_id),
        side=side,
        key=record.key,
        line=record.line,
        booking_date=record.booking_date,
        value_date=record.value_date,
        amount=record.money,
        currency=record.currency,
        reference=record.reference,
        counterparty=record.counterparty,
        text=record.text,
        account=record.account,
        age_days=(today - since).days if since else None,
    )
