"""Makes a delivery for show: in a transaction that is rolled back, and with nobody outside told of it."""

import json
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, get_type_hints
from uuid import uuid4

from django.db import transaction

from cqrs.container import services
from cqrs.database import ALIAS, DELIVERY_TABLE, EVENT_TABLE, database
from cqrs.deliveries.claims import Claimed, published
from cqrs.deliveries.runner import perform
from cqrs.models import Delivery
from cqrs.operating.row_changes import RowChange, RowChanges, watched_rows
from cqrs.registry import Worker, registry


class OutsideCallError(Exception):
    """The dry run ends here: the subscriber waits for an answer from outside, and nobody outside is asked."""


@dataclass(frozen=True)
class Publication:
    """An event that would be published, and the subscribers it would be delivered to."""

    name: str
    stream: str
    payload: dict[str, Any]
    subscribers: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """What a delivery would do now. `outside` are calls of outward services, which were not made.

    `unread` are writing statements whose rows could not be told; `beyond` counts rows past the first 1,000.
    """

    error: str
    changes: tuple[RowChange, ...]
    published: tuple[Publication, ...]
    outside: tuple[str, ...]
    unread: tuple[str, ...]
    beyond: int


class _ShownLease:
    """Never lapses, acknowledges nothing."""

    def heartbeat(self) -> None:
        """Nobody else works on this."""

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        with transaction.atomic(using=ALIAS):
            yield


class _StandIn:
    """Takes note of each call; where the service would answer something, the run ends."""

    def __init__(self, service: type, calls: list[str]) -> None:
        self._service, self._calls = service, calls

    def __getattr__(self, name: str) -> Any:
        def note(*values: Any, **named: Any) -> None:
            given = [*map(repr, values), *(f"{key}={value!r}" for key, value in named.items())]
            self._calls.append(f"{self._service.__name__}.{name}({', '.join(given)})")
            if get_type_hints(getattr(self._service, name)).get("return") is not type(None):
                raise OutsideCallError(self._calls[-1])

        return note

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self.__getattr__("__call__")(*values, **named)


def dry_run(delivery: Delivery, worker: Worker) -> DryRun:
    """Run the subscriber on the event as it would be run now; nothing of it stays in the database."""
    calls: list[str] = []
    event = published([delivery.event_id])[delivery.event_id]
    claimed = Claimed(id=delivery.pk, token=uuid4(), event=event, worker=worker, attempts=delivery.attempts + 1)
    with transaction.atomic(using=ALIAS):
        with services.standing_in(lambda service: _StandIn(service, calls)), watched_rows() as seen:
            error = _tried(claimed, seen)
        transaction.set_rollback(True, using=ALIAS)
    return DryRun(
        error=error,
        changes=tuple(row for row in seen.rows if row.table not in {EVENT_TABLE, DELIVERY_TABLE}),
        published=tuple(_publications(seen)),
        outside=tuple(calls),
        unread=tuple(seen.unread),
        beyond=seen.beyond,
    )


def _tried(claimed: Claimed, seen: RowChanges) -> str:
    """The traceback of what went wrong, also of a constraint that is checked at the commit; "" if nothing did."""
    try:
        with transaction.atomic(using=ALIAS):
            perform(claimed, _ShownLease())
            database().check_constraints(table_names=sorted({row.table for row in seen.rows}))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what the operator wants to see
        return "".join(traceback.format_exception(error))
    return ""


def _publications(seen: RowChanges) -> Iterator[Publication]:
    for row in seen.rows:
        if row.table == EVENT_TABLE:
            name, payload = row.after["name"], json.loads(row.after["payload"])
            yield Publication(name, row.after["stream"], payload, tuple(sorted(registry.event(name).workers)))
