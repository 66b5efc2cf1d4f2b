"""How a query declares that its answers may be kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cqrs.actor import Actor

E = TypeVar("E")


@dataclass(frozen=True, slots=True)
class Invalidation(Generic[E]):
    """When this event is committed, the answers under the key that it leads to are worth nothing any more."""

    event: type[E]
    key: Callable[[E], str]


def _one_key(_query: object, _actor: Actor) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """The answers of a query may be kept for so many seconds, and no longer than until one of the events.

    What the query asks is part of an answer's place by itself, and so is who asks, unless the policy says that whoever
    may ask gets the same answer. The key only says which answers an event makes worthless; without one, all of them.
    """

    seconds: float
    key: Callable[[Any, Actor], str] = _one_key
    invalidated_by: tuple[Invalidation[Any], ...] = ()
    same_for_all: bool = False
