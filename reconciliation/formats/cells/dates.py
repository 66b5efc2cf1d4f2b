"""One date as people write it, read as the column's order says; an instant keeps its zone."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from reconciliation.formats.column import DateOrder

_CACHED = 1 << 16
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_PIVOT = 70  # two digits: 70 is 1970, 69 is 2069
_CENTURY = 100
_LONGEST = 60
_MONTHS = (
    "jan january januar januari janvier enero gennaio janeiro ene gen janv jaen januari stycznia sty ledna янв января",
    "feb february februar februari fevrier febrero febbraio fevereiro fev fevr lutego lut unora фев февраля",
    "mar march marz maerz maart mars marzo marco mrt mrz marca brezna мар марта",
    "apr april avril abril aprile avr abr kwietnia kwi dubna апр апреля",
    "may mai mei mayo maggio maio mag maj maja kvetna мая май",
    "jun june juni juin junio giugno junho giu czerwca cze cervna июн июня",
    "jul july juli juillet julio luglio julho lug juil lipca lip cervence июл июля",
    "aug august augustus aout agosto ago augusti sierpnia sie srpna авг августа",
    "sep sept september septembre septiembre settembre setembro set wrzesnia wrz zari сен сент сентября",
    "oct october oktober octobre octubre ottobre outubro okt ott out pazdziernika paz rijna окт октября",
    "nov november novembre noviembre novembro listopada lis listopadu ноя нояб ноября",
    "dec december dezember decembre diciembre dicembre dezembro dez dic grudnia gru prosince дек декабря",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_TIME = (
    r"(?:\s*[T,]\s*|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,:](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_NUMERIC = re.compile(rf"'?(\d{{1,4}})([-/.:])(\d{{1,4}})\2(\d{{1,4}})\.?(?:{_TIME})?")
_COMPACT = re.compile(rf"'?(\d{{8}})(?:{_TIME})?")
_NAMED = re.compile(
    rf"'?(?:(\d{{1,2}})\.?[-\s/]*([^\W\d_]+)\.?,?[-\s/]*(\d{{4}}|\d{{2}})|([^\W\d_]+)\.?[-\s]*(\d{{1,2}}),?[-\s]+(\d{{4}}))(?:{_TIME})?"
)


class DateError(ValueError):
    """The cell holds no day of the calendar; the text is the reason shown."""


class Moment(NamedTuple):
    """The day as written, and the instant where the cell (or the column) names a zone."""

    day: date
    instant: datetime | None


@lru_cache(maxsize=_CACHED)
def parse_date(text: str, order: DateOrder, zone: str = "") -> Moment:
    """Raises `DateError`. A bank's date is the day as written: no zone ever shifts it."""
    written = text.strip()
    if not written:
        raise DateError("is empty")
    if len(written) > _LONGEST:
        raise DateError("is too long for a date")
    numbers, match = _parts(written, order)
    try:
        day = date(*numbers)
    except ValueError:
        raise DateError(f"{text!r} is no day of the calendar") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise DateError(f"{text!r} is not a plausible date")
    return Moment(day, _instant(day, match, zone, text))


def day_of(text: str, order: DateOrder) -> date | None:
    """The day of a cell, or None where it is no date."""
    try:
        return parse_date(text, order).day
    except DateError:
        return None


def _parts(written: str, order: DateOrder) -> tuple[tuple[int, int, int], re.Match[str]]:
    if match := _NUMERIC.fullmatch(written):
        return _numeric((match[1], match[3], match[4]), order, written), match
    if match := _COMPACT.fullmatch(written):
        return _compact(match[1], order), match
    if (match := _NAMED.fullmatch(written)) and (month := month_number(match[2] or match[4])):
        day, year = (match[1], match[3]) if match[1] else (match[5], match[6])
        return (_year(year), month, int(day)), match
    raise DateError(f"{written!r} is no date")


def _numeric(parts: tuple[str, str, str], order: DateOrder, written: str) -> tuple[int, int, int]:
    by_letter = dict(zip(order, parts, strict=True))
    year, month, day = by_letter["Y"], by_letter["M"], by_letter["D"]
    long_year, short_year, longest_part = 4, 2, 2
    if len(year) not in (long_year, short_year) or max(len(month), len(day)) > longest_part:
        raise DateError(f"{written!r} is not written in the order {order} of its column")
    return _year(year), int(month), int(day)


def _compact(digits: str, order: DateOrder) -> tuple[int, int, int]:
    at, by_letter = 0, {}
    for letter in order:
        length = 4 if letter == "Y" else 2
        by_letter[letter] = int(digits[at : at + length])
        at += length
    return by_letter["Y"], by_letter["M"], by_letter["D"]


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:  # noqa: PLR2004 - written in full
        return year
    return year + (20 if year < _PIVOT else 19) * _CENTURY


def month_number(name: str) -> int | None:
    plain = unicodedata.normalize("NFD", name.casefold())
    return _MONTH_OF.get("".join(letter for letter in plain if not unicodedata.combining(letter)))


def _instant(day: date, match: re.Match[str], zone: str, text: str) -> datetime | None:
    found = match.groupdict()
    if found["hour"] is None:
        return None
    micros = (found["fraction"] or "0").ljust(6, "0")[:6]
    written = found["zone"] or zone
    try:
        clock = time(_hour(found), int(found["minute"]), int(found["second"] or 0), int(micros))
        return datetime.combine(day, clock, tzinfo=_zone(written)).astimezone(UTC) if written else None
    except ValueError:
        raise DateError(f"{text!r} has no time of the day") from None


def _hour(found: dict[str, str | None]) -> int:
    noon = 12
    hour, half = int(found["hour"] or 0), (found["half"] or "").casefold()
    if not half:
        return hour
    if not 1 <= hour <= noon:
        raise ValueError(hour)
    return hour % noon + (noon if half.startswith("p") else 0)


def _zone(written: str) -> timezone:
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if written[0] == "-" else offset)
