"""Every physical line goes one way."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciliation.formats import detect, read
from tests.effort import examples
from tests.reconciliation.formats.files import amounts

_ORDERS = {"YMD": "%Y-%m-%d", "DMY": "%d/%m/%Y", "MDY": "%m/%d/%Y"}
_TEXTS = st.text("abc xyz,;\"'\n|äé", min_size=1, max_size=12).map(lambda text: f"t{text}t")
_LINES = st.tuples(st.dates(date(2000, 1, 1), date(2049, 12, 31)), st.decimals(-(10**8), 10**8, places=2), _TEXTS)


class Dialect(NamedTuple):
    delimiter: str
    mark: str
    grouped: bool
    order: str
    end: str
    encoding: str


_DIALECTS = st.builds(
    Dialect,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([".", ","]),
    st.booleans(),
    st.sampled_from(sorted(_ORDERS)),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
_NOISE = st.sampled_from(
    [("", "", "", ""), ("", "words", "", "EUR"), ("2026-01-01",), ("x", "y", "z", "EUR"), ("1", "2", "3", "4", "5")]
)


def _amount(value: Decimal, dialect: Dialect) -> str:
    shown = f"{value:,.2f}" if dialect.grouped else f"{value:.2f}"
    return shown if dialect.mark == "." else shown.translate(str.maketrans(",.", ".,"))


def _row(cells: tuple[str, ...], dialect: Dialect) -> str:
    return dialect.delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells) + dialect.end


def _write(path: Path, rows: list[tuple[str, ...]], dialect: Dialect) -> int:
    text = "".join(_row(row, dialect) for row in [("Date", "Text", "Amount", "Currency"), *rows])
    path.write_bytes(text.encode(dialect.encoding))
    return len(text.replace("\r\n", "\n").replace("\r", "\n").splitlines())


def _cells(line: tuple[date, Decimal, str], dialect: Dialect) -> tuple[str, ...]:
    return (line[0].strftime(_ORDERS[dialect.order]), line[2], _amount(line[1], dialect), "EUR")


_RARELY_SLOW = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_RARELY_SLOW
@given(st.lists(_LINES | _NOISE, min_size=2), _DIALECTS)
def test_every_line_is_accounted_for(rows: list[tuple[Any, ...]], dialect: Dialect) -> None:
    """The lines of all categories are the lines of the file, and the amounts of the records are theirs."""
    first = _cells((date(2026, 1, 13), Decimal("1234.50"), "first"), dialect)
    table = [first, *(_cells(row, dialect) if isinstance(row[0], date) else row for row in rows)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        physical = _write(path, table, dialect)
        detection = detect(path)
        reading = read(path, detection.mapping)

    counted = {count.category: count.lines for count in reading.accounting}
    assert sum(counted.values()) == physical
    assert counted.get("rejected", 0) == 0 or reading.rejected
    assert reading.sum_by_currency.get("EUR", Decimal()) == sum(amounts(reading.records))
    data_rows = reading.records["row"].to_numpy()
    assert (data_rows[1:] > data_rows[:-1]).all()
