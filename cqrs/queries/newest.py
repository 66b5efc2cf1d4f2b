"""The newest rows of a table of millions, without a COUNT and without ever reading all of it."""

from typing import TypeVar

from django.db.models import Max, Min, Model, QuerySet

from cqrs import InvalidMessageError

WINDOW = 200_000
LONGEST = 500

M = TypeVar("M", bound=Model)


def newest(
    rows: "QuerySet[M]", number: str, *, before: str | None, limit: int, searched: bool
) -> tuple[list[M], str | None]:
    """At most so many rows by descending `number`, and where to go on, or None at the end.

    `searched` says that no index helps: then at most WINDOW numbers are looked through, so that a page may hold few
    rows or none although older ones follow.
    """
    if not 1 <= limit <= LONGEST:
        raise InvalidMessageError(fields={"limit": [f"A page has 1 to {LONGEST} rows."]})
    ceiling = _number(before)
    if ceiling is not None:
        rows = rows.filter(**{f"{number}__lt": ceiling})
    if not searched:
        found = list(rows.order_by(f"-{number}")[: limit + 1])
        return found[:limit], _last(found, number, limit)

    every = type(rows)(rows.model).aggregate(lowest=Min(number), highest=Max(number))
    floor = (ceiling or (every["highest"] or 0) + 1) - WINDOW
    found = list(rows.filter(**{f"{number}__gte": floor}).order_by(f"-{number}")[: limit + 1])
    more = str(floor) if floor > (every["lowest"] or 0) else None
    return found[:limit], _last(found, number, limit) or more


def _last(found: list[M], number: str, limit: int) -> str | None:
    return str(getattr(found[limit - 1], number)) if len(found) > limit else None


def _number(cursor: str | None) -> int | None:
    if not cursor:
        return None
    if not cursor.isdecimal():
        raise InvalidMessageError(fields={"before": ["This is not what a page of this list gave."]})
    return int(cursor)
