"""Events end kept answers: surely by a delivery, and mostly sooner, right after the commit."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from cqrs.caching.answers import AnswerCache
from cqrs.caching.places import tag_of
from cqrs.caching.policy import Invalidation
from cqrs.container import services
from cqrs.database import ALIAS, database
from cqrs.registry import Entry, registry

KEY = "cqrs.cache"
# Answers outlive an unreachable Redis: the delivery is tried until they would have lapsed by themselves, for days.
_MAX_ATTEMPTS = 500

_ended_by: dict[type, list[tuple[Entry, Invalidation[Any]]]] = defaultdict(list)


def connect(query: Entry) -> None:
    """Listen to the events that the query's policy names; the system check tells of those that are none."""
    for invalidation in query.cache.invalidated_by if query.cache else ():
        event = registry.entries.get(invalidation.event)
        if event is not None and event.kind == "event":
            _ended_by[event.type].append((query, invalidation))
            event.type.worker(key=KEY, batch=True, max_attempts=_MAX_ATTEMPTS)(end_answers)  # type: ignore[attr-defined]
            event.signal.connect(_after_commit, weak=False, dispatch_uid=KEY)


def end_answers(event: object) -> None:
    """The durable way: fails, and is tried again, while the cache is out of reach."""
    services.get(AnswerCache).end(_tags(event))


def _tags(event: object) -> set[str]:
    return {tag_of(query, invalidation.key(event)) for query, invalidation in _ended_by[type(event)]}


class _Ending:
    """What is ended after the commit, at once for all events of the transaction."""

    def __init__(self) -> None:
        self.tags: set[str] = set()

    def __call__(self) -> None:
        services.get(AnswerCache).end_if_reachable(self.tags)


def _after_commit(*, event: object, **_: Any) -> None:
    # An ending that stands in the list stands in no savepoint that could be rolled back without what is open now.
    callbacks: Iterable[Any] = database().run_on_commit
    ending = next((callback for _, callback, *_ in callbacks if isinstance(callback, _Ending)), None)
    if ending is None:
        ending = _Ending()
        transaction.on_commit(ending, using=ALIAS, robust=True)
    ending.tags |= _tags(event)
