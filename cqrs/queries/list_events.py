"""The log, the newest first."""

from datetime import datetime

from cqrs import Page, Query
from cqrs.models import StoredEvent
from cqrs.operating.operators import operators
from cqrs.queries.newest import newest
from cqrs.queries.rows import EventRow, event_row


class ListEvents(Query[Page[EventRow]], requires=operators):
    """Stored events, the newest first; a page of a search by name, actor or source may hold few of them and go on."""

    stream: str = ""
    name: str = ""
    correlation_id: str = ""
    actor_name: str = ""
    source: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None
    limit: int = 50


@ListEvents.handler
def list_events(query: ListEvents) -> Page[EventRow]:
    columns = ("stream", "name", "correlation_id", "actor_name", "source")
    given = {column: getattr(query, column) for column in columns if getattr(query, column)}
    rows = StoredEvent.objects.filter(**given)
    if query.since:
        rows = rows.filter(sequence__gte=_first_at(query.since))
    if query.until:
        rows = rows.filter(sequence__lt=_first_at(query.until))
    indexed = not given or "stream" in given or "correlation_id" in given
    found, more = newest(rows, "sequence", after=query.after, limit=query.limit, searched=not indexed)
    return Page(items=tuple(event_row(event) for event in found), next=more)


def _first_at(instant: datetime) -> int:
    """The first number published at this time or later, by bisection: numbers grow with the time."""
    every = StoredEvent.objects.order_by("sequence").values_list("sequence", "at")
    last = every.last()
    low, high = 0, last[0] + 1 if last else 0
    while low < high:
        middle = (low + high) // 2
        found = every.filter(sequence__gte=middle).first()
        if found is None or found[1] >= instant:
            high = middle
        else:
            low = found[0] + 1
    return low
