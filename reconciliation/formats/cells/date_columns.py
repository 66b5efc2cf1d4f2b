"""A column of dates at once: each distinct text is parsed a single time."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reconciliation.formats.arrow import AnyArray, Encoded, Flags, encode, spread, trimmed
from reconciliation.formats.cells.dates import DateError, Moment, parse_date
from reconciliation.formats.column import DateOrder


@dataclass(slots=True)
class DateColumn:
    """`days` and `instants` are null where the cell is blank or (see `problems`) no date."""

    days: AnyArray
    instants: AnyArray
    blank: Flags
    problems: dict[int, str]


def date_column(cells: AnyArray, order: DateOrder, zone: str) -> DateColumn:
    encoded = encode(trimmed(cells))
    moments: list[Moment | None] = []
    reasons: list[str] = []
    for text in encoded.values:
        try:
            moments.append(parse_date(text, order, zone))
            reasons.append("")
        except DateError as error:
            moments.append(None)
            reasons.append(str(error) if text else "")
    return _spread(encoded, moments, reasons)


def _spread(encoded: Encoded, moments: list[Moment | None], reasons: list[str]) -> DateColumn:
    places = encoded.places
    empty = np.array([not text for text in encoded.values], dtype=np.bool_)
    wrong = np.array([bool(reason) for reason in reasons], dtype=np.bool_)
    days = pa.array([moment.day if moment else None for moment in moments], pa.date32())
    instants = pa.array([moment.instant if moment else None for moment in moments], pa.timestamp("us", tz="UTC"))
    return DateColumn(
        days=spread(days, places),
        instants=spread(instants, places),
        blank=empty[places],
        problems={int(index): reasons[places[index]] for index in np.flatnonzero(wrong[places])},
    )
