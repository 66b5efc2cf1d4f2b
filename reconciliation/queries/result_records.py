"""A record as an export names it: light, for there may be millions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from reconciliation.ids import ImportId, RecordId
from reconciliation.models.record import RecordQuerySet
from reconciliation.money import to_decimal


class ResultRecord(NamedTuple):
    """`row` is the data row of the import's file, counted from 1."""

    id: RecordId
    import_id: ImportId
    key: str | None
    row: int
    line: int
    booking_date: date | None
    value_date: date | None
    amount: Decimal | None
    currency: str
    reference: str | None
    counterparty: str | None
    text: str | None


COLUMNS = (
    "id",
    "import_id",
    "key",
    "row",
    "line",
    "booking_date",
    "value_date",
    "amount",
    "scale",
    "currency",
    "reference",
    "counterparty",
    "text",
)

AMOUNT = COLUMNS.index("amount")


def result_records(records: RecordQuerySet) -> Iterator[ResultRecord]:
    for row in records.values_list(*COLUMNS):
        amount, scale = row[AMOUNT : AMOUNT + 2]
        money = None if amount is None else to_decimal(amount, scale)
        yield ResultRecord._make([*row[:AMOUNT], money, *row[AMOUNT + 2 :]])
