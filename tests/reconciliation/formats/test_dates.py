"""Dates as people write them."""

from datetime import UTC, date, datetime

import pytest

from reconciliation.formats.cells.dates import DateError, parse_date
from reconciliation.formats.column import DateOrder
from reconciliation.formats.detection.orders import Orders


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-05-04", "YMD", date(2026, 5, 4)),
        ("2012:03:01", "YMD", date(2012, 3, 1)),
        ("20200213", "YMD", date(2020, 2, 13)),
        ("3/18/2016", "MDY", date(2016, 3, 18)),
        ("01/04/20", "DMY", date(2020, 4, 1)),
        ("31.12.99", "DMY", date(1999, 12, 31)),
        ("10/2009/09", "MYD", date(2009, 10, 9)),
        ("30 Jun 2023", "DMY", date(2023, 6, 30)),
        ("3 März 2024", "DMY", date(2024, 3, 3)),
        ("Jun 30, 2023", "MDY", date(2023, 6, 30)),
        ("28.06.2013 00:00:30:989", "DMY", date(2013, 6, 28)),
        ("5/4/2026 1:30 PM", "MDY", date(2026, 5, 4)),
    ],
)
def test_reads_what_people_write(text: str, order: DateOrder, day: date) -> None:
    """Numbers in any order, names of months, and a time behind are understood."""
    assert parse_date(text, order).day == day


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29",
        "2026-13-01",
        "0000-00-00",
        "05.05.2026",
        "yesterday",
        "",
        "2026-05-04 25:00",
        "2026-05-04 10:00+99:00",
        "9999-12-31",
    ],
)
def test_refuses_what_is_no_day(text: str) -> None:
    """Impossible and implausible days have a reason instead of a value."""
    with pytest.raises(DateError):
        parse_date(text, "YMD")


def test_a_zone_gives_an_instant_and_shifts_no_day() -> None:
    """The day is the one written; the instant is the same in UTC."""
    moment = parse_date("2026-03-31T23:30:00-05:00", "YMD")

    assert moment.day == date(2026, 3, 31)
    assert moment.instant == datetime(2026, 4, 1, 4, 30, tzinfo=UTC)


def test_without_a_zone_there_is_no_instant() -> None:
    """A time of the day alone names no instant, unless the column names its zone."""
    assert parse_date("2026-03-31 23:30", "YMD").instant is None
    assert parse_date("2026-03-31 23:30", "YMD", "UTC").instant == datetime(2026, 3, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "best"),
    [
        (["04/05/2026", "13/05/2026"], ("DMY",)),
        (["04/05/2026", "05/13/2026"], ("MDY",)),
        (["04/05/2026", "05/06/2026"], ("DMY", "MDY")),
        (["2026-05-04"], ("YMD",)),
    ],
)
def test_the_whole_column_tells_the_order(days: list[str], best: tuple[str, ...]) -> None:
    """One date that fits a single order decides for all; when none does, the order stays open."""
    orders = Orders()
    orders.look(days)

    assert orders.best() == best
