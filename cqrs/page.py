"""One page of a list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Cursors are opaque: give `next` back as `after` to go on; None where there is nothing more."""

    items: tuple[T, ...]
    next: str | None = None
    previous: str | None = None
