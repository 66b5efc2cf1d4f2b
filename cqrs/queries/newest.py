"""The newest rows of a table of millions, without a COUNT and without ever reading all of it."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from cqrs import InvalidMessageError

WINDOW = 200_000
LONGEST = 500

M = TypeVar("M", bound=Model)


def newest(
    rows: "QuerySet[M]", number: str, *, after: str | None, limit: int, searched: bool
) -> tuple[list[M], str | None]:
    """At most so many rows by descending `number`, and where to go on, or None at the end.

    `searched` says that no index helps: then at most WINDOW numbers are looked through, so that a page may hold few
    rows or none although older ones follow.
    """
    if not 1 <= limit <= LONGEST:
        raise InvalidMessageError(fields={"limit": [f"A page has 1 to {LONGEST} rows."]})
    ceiling = _number(after)
    if ceiling is not None:
        rows = rows.filter(**{f"{number}__lt": ceiling})
    if not searched:
        found = list(rows.order_by(f"-{number}")[: limit + 1])
        return found[:limit], _last(found, number, limit)

    every = rows.model._default_manager.order_by(number).values_list(number, flat=True)  # noqa: SLF001  # Django's name
    floor = (ceiling or (every.last() or 0) + 1) - WINDOW
    found = list(rows.filter(**{f"{number}__gte": floor}).order_by(f"-{number}")[: limit + 1])
    more = str(floor) if floor > (every.first() or 0) else None
    return found[:limit], _last(found, number, limit) or more


def _last(found: list[M], number: str, limit: int) -> str | None:
    return str(getattr(found[limit - 1], number)) if len(found) > limit else None


def _number(cursor: str | None) -> int | None:
    if not cursor:
        return None
    if not cursor.isdecimal():
        raise InvalidMessageError(fields={"after": ["This is not what a page of this list gave."]})
    return int(cursor)
