"""Pages by primary key: no COUNT, no OFFSET, and a row added meanwhile moves nothing."""

import base64
import binascii
from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet

from cqrs import InvalidMessageError, Page

LONGEST = 500
M = TypeVar("M", bound=Model)
T = TypeVar("T")


def page_of(
    rows: "QuerySet[M]", after: str | None, limit: int, show: Callable[[M], T], *, newest_first: bool = False
) -> Page[T]:
    """The page that the cursor names; `after` is a page's `next` or `previous`, None is the first page."""
    if not 1 <= limit <= LONGEST:
        raise InvalidMessageError({"limit": [f"A page has 1 to {LONGEST} rows."]})
    backwards, pivot = _decoded(after) if after else (False, None)
    descending = newest_first != backwards
    if pivot is not None:
        rows = rows.filter(**{"pk__lt" if descending else "pk__gt": pivot})

    found = list(rows.order_by("-pk" if descending else "pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    before, beyond = (more, pivot is not None) if backwards else (pivot is not None, more)
    return Page(
        items=tuple(show(row) for row in found),
        next=_encoded("n", found[-1].pk) if found and beyond else None,
        previous=_encoded("p", found[0].pk) if found and before else None,
    )


def _encoded(direction: str, pivot: int) -> str:
    return base64.urlsafe_b64encode(f"{direction}{pivot}".encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[bool, int]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return {"n": False, "p": True}[plain[0]], int(plain[1:])
    except (binascii.Error, UnicodeDecodeError, KeyError, IndexError, ValueError) as error:
        raise InvalidMessageError({"after": ["This is not a cursor that a page of this list gave."]}) from error
