"""Kills a scenario at every point where it matters, lets the next worker recover, and lets the test look.

    @pytest.mark.django_db(transaction=True)
    def test_survives_every_crash() -> None:
        def place_and_deliver() -> None:
            command_bus.dispatch(PlaceOrder(...))
            drain()

        for crash in every_crash(place_and_deliver):
            assert Shipment.objects.count() == Order.objects.count(), crash

The points are before and after each publishing of an event, each enqueueing of deliveries, each claim, each
acknowledgement and each commit. The scenario dies there in two ways: by an exception that no code catches, and with its
connection torn off besides, as when its process is killed. What died touches the database no more. Then the leases
lapse, all is delivered, and the test asserts. Before the next crash each table is emptied that was empty at the start.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import compress
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet

from cqrs import deliveries, queue
from cqrs.clock import Clock
from cqrs.container import services
from cqrs.database import ALIAS, DELIVERY_TABLE, EVENT_TABLE, database
from cqrs.errors import MisuseError
from cqrs.models import Delivery

_ROUNDS = 20
_STATEMENTS = {
    "publishing": f"INSERT INTO {EVENT_TABLE} ",
    "enqueueing": f"INSERT INTO {DELIVERY_TABLE} ",
    "claiming": f"UPDATE {DELIVERY_TABLE} SET status = 'running'",  # noqa: S608  # read, not executed
    "acknowledging": f"UPDATE {DELIVERY_TABLE} SET status = 'done'",  # noqa: S608  # see above
}


class Crashed(BaseException):
    """The process is killed here: no error of the program, so that nothing catches it."""


@dataclass(frozen=True, slots=True)
class Crash:
    """Where the scenario died, and how."""

    point: str
    torn_off: bool

    def __str__(self) -> str:
        return f"killed {self.point}{', its connection torn off' if self.torn_off else ''}"


@dataclass(slots=True)
class _Tripwire:
    """Counts the points that a scenario passes, and kills it at one of them."""

    number: int
    torn_off: bool
    passed: int = field(default=0, init=False)
    tripped: str = field(default="", init=False)

    @contextmanager
    def laid(self) -> Iterator[None]:
        connection: Any = database()
        commit = connection._commit  # noqa: SLF001  # the one place that all commits pass
        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(self._execute))
            stack.enter_context(patch.object(connection, "_commit", lambda: self._around("a commit", commit)))
            stack.enter_context(patch.object(connection, "connect", self._refuse_dead(connection.connect)))
            yield

    def _execute(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if self.tripped:
            raise Crashed(self.tripped)
        what = " and ".join(what for what, begin in _STATEMENTS.items() if begin in sql)
        if not what:
            return execute(sql, *rest)
        return self._around(what, lambda: execute(sql, *rest), rest[-1]["cursor"])

    def _around(self, what: str, step: Callable[[], Any], cursor: Any = None) -> Any:
        self._pass(f"before {what}", cursor)
        answer = step()
        self._pass(f"after {what}", cursor)
        return answer

    def _pass(self, point: str, cursor: Any) -> None:
        self.passed += 1
        if self.passed != self.number:
            return
        self.tripped = f"{point} (point {self.number})"
        if cursor is not None:
            cursor.close()  # SQLite ends a statement, and what it locks, with its cursor
        _break_off(torn=self.torn_off)
        raise Crashed(self.tripped)

    def _refuse_dead(self, connect: Callable[[], None]) -> Callable[[], None]:
        def connect_if_alive() -> None:
            if self.tripped:
                raise Crashed(self.tripped)
            connect()

        return connect_if_alive


def _break_off(*, torn: bool) -> None:
    connection = database()
    if not torn or connection.vendor == "sqlite":  # there the next process does it that opens the file
        connection.connection.rollback()
    if torn:
        connection.connection.close()


def every_crash(scenario: Callable[[], None]) -> Iterator[Crash]:
    """Run the scenario once for each point and way to die, and recover; after each the test asserts what holds."""
    if database().in_atomic_block:
        raise MisuseError("A crash needs transactions of its own: django_db(transaction=True), or TransactionTestCase.")
    empty = sorted(set(_tables()) - _filled(_tables()))
    for torn_off in (False, True):
        number = 1
        while crash := _crash(scenario, number, torn_off=torn_off):
            recover()
            yield crash
            _empty(empty)
            number += 1
        _empty(empty)


def recover() -> None:
    """What the next worker does once the dead one's leases have lapsed and all pauses between attempts are over.

    A command that waits for its time goes on waiting: many a one plans its successor, and would never end.
    Raises what a delivery still fails with after many rounds.
    """
    errors: tuple[Exception, ...] = ()
    for _ in range(_ROUNDS):
        now = services.get(Clock).now()
        Delivery.objects.filter(status=Delivery.Status.RUNNING).update(lease_until=now)
        _waiting(now).update(available_at=now)
        drained = deliveries.drain()
        errors = drained.errors
        if not errors and not _unfinished(now):
            return
    if errors:
        raise errors[-1]


def _waiting(now: datetime) -> QuerySet[Delivery]:
    scheduled = Q(subscriber_key=queue.KEY, attempts=0, available_at__gt=now)
    return Delivery.objects.filter(status=Delivery.Status.WAITING).exclude(scheduled)


def _unfinished(now: datetime) -> bool:
    return Delivery.objects.filter(status=Delivery.Status.RUNNING).exists() or _waiting(now).exists()


def _crash(scenario: Callable[[], None], number: int, *, torn_off: bool) -> Crash | None:
    wire = _Tripwire(number, torn_off)
    with wire.laid(), suppress(Crashed):
        try:
            scenario()
        except Exception:
            if not wire.tripped:  # otherwise it is what the dying one meets on its closed connection
                raise
    if wire.tripped:
        database().close()
    return Crash(wire.tripped, torn_off) if wire.tripped else None


def _tables() -> list[str]:
    return [model._meta.db_table for model in apps.get_models() if model._meta.managed and not model._meta.proxy]  # noqa: SLF001


def _filled(tables: Sequence[str]) -> set[str]:
    """Those of the tables that have a row."""
    connection = database()
    asked = ", ".join(f"EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return set(compress(tables, cursor.fetchone() or ()))


def _empty(tables: Sequence[str]) -> None:
    connection = database()
    with transaction.atomic(using=ALIAS), connection.cursor() as cursor:  # foreign keys are looked at when it commits
        for table in sorted(_filled(tables)):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  # a model's table
