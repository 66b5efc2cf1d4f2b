"""The query bus."""

from collections.abc import Callable
from typing import Any, TypeVar

from cqrs.caching.answers import AnswerCache
from cqrs.caching.places import place_of
from cqrs.container import services
from cqrs.context import current_context
from cqrs.database import ALIAS, database, identity
from cqrs.messages import Query
from cqrs.pipeline import SHARED_STEPS, compiled
from cqrs.read_only import is_asking, reading_only
from cqrs.registry import Entry, registry
from cqrs.replica import FAILURES, REPLICA, Replica, routed

R = TypeVar("R")
Proceed = Callable[[Any], Any]


class QueryBus:
    def ask(self, query: Query[R]) -> R:
        """Context, authorisation, validation, handler, and a database that refuses whatever the handler writes.

        Who may ask is always looked up, and on the primary, before an answer is taken from the cache or the replica.
        """
        entry = registry.entry(type(query))
        if entry.compiled is None:
            entry.compiled = compiled(entry, (*SHARED_STEPS, _answering))
        answer: R = entry.compiled(query)
        return answer


query_bus = QueryBus()


def _answering(entry: Entry) -> Callable[[Any, Proceed], Any]:
    """The last step before the handler: whence the answer comes.

    Inside a transaction it is what the transaction sees, and an answer that is part of another one is as new as that.
    """
    is_kept = entry.cache is not None

    def around(query: Any, proceed: Proceed) -> Any:
        if is_asking():
            return proceed(query)
        connection = database()
        if connection.in_atomic_block:
            return _read(query, proceed)
        if not is_kept:
            return _read_nearby(query, proceed)
        place = place_of(query, current_context().actor, identity(connection))
        return services.get(AnswerCache).answer(place, lambda: _read(query, proceed))

    return around


def _read(query: Any, proceed: Proceed) -> Any:
    """From the primary; so are answers that are kept: a replica may not have what the event that ends them tells of."""
    with reading_only():
        return proceed(query)


def _read_nearby(query: Any, proceed: Proceed) -> Any:
    """From the replica, if there is one that has all that the asker has to see; from the primary if it fails."""
    replica = services.get(Replica)
    if replica.has(current_context().read_after):
        try:
            with routed(), reading_only(ALIAS, REPLICA):
                return proceed(query)
        except FAILURES as error:  # the primary shall decide whether it was the replica's fault
            replica.rest(error)
    return _read(query, proceed)
