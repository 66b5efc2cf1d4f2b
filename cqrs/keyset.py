"""Pages by key: no COUNT, no OFFSET, and a row added or removed meanwhile shifts nothing.

A cursor is the key of a page's first or last row and a direction. The order must be total: end it with a unique column.
"""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from cqrs import InvalidMessageError, Page

LONGEST = 500
M = TypeVar("M", bound=Model)
T = TypeVar("T")

Key = tuple[Any, ...]


def page_of(
    rows: "QuerySet[M]", *, order: tuple[str, ...], after: str | None, limit: int, shape: Callable[[M], T]
) -> Page[T]:
    """The page that starts after the cursor; `order` names columns or annotations, "-" before one that descends.

    `after` is the `next` or the `previous` of another page of the same list, None for the first page.
    """
    if not 1 <= limit <= LONGEST:
        raise InvalidMessageError(fields={"limit": [f"A page has 1 to {LONGEST} rows."]})
    backwards, pivot = _decoded(after, len(order)) if after else (False, None)
    direction = tuple(_turned(column) for column in order) if backwards else order
    found = list(_beyond(rows, direction, pivot).order_by(*direction)[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()

    earlier, later = (more, True) if backwards else (pivot is not None, more)
    return Page(
        items=tuple(shape(row) for row in found),
        next=_encoded("next", found[-1], order) if found and later else None,
        previous=_encoded("previous", found[0], order) if found and earlier else None,
    )


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _beyond(rows: "QuerySet[M]", order: tuple[str, ...], pivot: Key | None) -> "QuerySet[M]":
    if pivot is None:
        return rows
    names = [column.removeprefix("-") for column in order]
    condition = Q()
    for position, column in enumerate(order):
        comparison = "lt" if column.startswith("-") else "gt"
        equal = dict(zip(names[:position], pivot[:position], strict=True))
        condition |= Q(**equal, **{f"{names[position]}__{comparison}": pivot[position]})
    try:
        return rows.filter(condition)
    except (ValidationError, ValueError, TypeError) as error:  # a cursor of another list, or made up
        raise _foreign_cursor() from error


def _encoded(direction: str, row: Model, order: tuple[str, ...]) -> str:
    values = [getattr(row, column.removeprefix("-")) for column in order]
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([direction, *plain]).encode()).decode().rstrip("=")


def _decoded(cursor: str, columns: int) -> tuple[bool, Key]:
    try:
        direction, *key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        backwards = {"next": False, "previous": True}[direction]
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, KeyError) as error:
        raise _foreign_cursor() from error
    if len(key) != columns or not all(isinstance(value, str | int) for value in key):
        raise _foreign_cursor()
    return backwards, tuple(key)


def _foreign_cursor() -> InvalidMessageError:
    return InvalidMessageError(fields={"after": ["This is not a cursor that a page of this list gave."]})
