"""A column of dates at once: each distinct text is parsed a single time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.cells.dates import DateError, parse_date
from reconciliation.formats.mapping import DateOrder


@dataclass(slots=True)
class DateColumn:
    """`days` and `instants` are null where the cell is blank or (see `problems`) no date."""

    days: pa.Array
    instants: pa.Array
    blank: npt.NDArray[np.bool_]
    problems: dict[int, str]


def date_column(cells: pa.Array, order: DateOrder, zone: str) -> DateColumn:
    encoded = pc.dictionary_encode(pc.utf8_trim_whitespace(cells))
    days, instants, reasons = [], [], []
    for text in encoded.dictionary.to_pylist():
        try:
            moment = parse_date(text, order, zone)
        except DateError as error:
            days.append(None)
            instants.append(None)
            reasons.append("" if not text else str(error))
        else:
            days.append(moment.day)
            instants.append(moment.instant)
            reasons.append(None)
    return _spread(encoded.indices, days, instants, reasons)


def _spread(indices: pa.Array, days: list[Any], instants: list[Any], reasons: list[str | None]) -> DateColumn:
    places = indices.to_numpy(zero_copy_only=False)
    empty = np.array([reason == "" for reason in reasons], dtype=np.bool_)
    wrong = np.array([bool(reason) for reason in reasons], dtype=np.bool_)
    problems = {int(index): str(reasons[places[index]]) for index in np.flatnonzero(wrong[places])} if wrong.any() else {}
    return DateColumn(
        days=pa.array(days, pa.date32()).take(indices),
        instants=pa.array(instants, pa.timestamp("us", tz="UTC")).take(indices),
        blank=empty[places],
        problems=problems,
    )
