"""Process managers: policies that react to events with commands and timeouts, with their state in one row."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import transaction

from cqrs import Clock, Event, command_bus, event_bus, services
from cqrs.deliveries import drain as drain_once
from cqrs.models import Delivery, ProcessState, StoredEvent
from cqrs.processes import Process, on, processes
from cqrs.processes.checks import check_processes
from cqrs.testing import FrozenClock, drain, isolated_registry
from tests.cqrs.library.events import BookLent, BookLost, BookReturned
from tests.cqrs.library.models import Letter
from tests.cqrs.library.processes import LOAN, PATIENCE

pytestmark = pytest.mark.django_db

REMINDER, THANKS = "Please bring it back.", "Thank you, at last."


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    with services.overriding(Clock, FrozenClock(datetime(2026, 11, 2, 9, tzinfo=UTC))) as clock:
        assert isinstance(clock, FrozenClock)
        yield clock


def publish(*events: Event) -> None:
    with transaction.atomic():
        for event in events:
            event_bus.publish(event)
    drain()


def later(clock: FrozenClock, delay: timedelta) -> None:
    clock.advance(delay)
    drain()


def letters() -> list[str]:
    return list(Letter.objects.order_by("id").values_list("text", flat=True))


def state(book: int = 1) -> ProcessState:
    return ProcessState.objects.get(process="library.overdue", key=f"book:{book}")


LENT, RETURNED = BookLent(book_id=1, reader="Ada"), BookReturned(book_id=1, reader="Ada")


def test_a_timeout_sends_its_command_in_time_and_not_before(clock: FrozenClock) -> None:
    """The command waits as a delivery until its time has come."""
    publish(LENT)
    later(clock, LOAN - timedelta(seconds=1))
    assert letters() == []

    later(clock, timedelta(seconds=1))

    assert letters() == [REMINDER]


def test_it_acts_as_the_system_in_the_conversation_of_its_event(clock: FrozenClock) -> None:
    """What a timeout leads to is caused by the event that set it."""
    publish(LENT)
    later(clock, LOAN)

    lent, written = StoredEvent.objects.get(name="BookLent"), StoredEvent.objects.get(name="LetterWritten")
    assert (written.actor_kind, written.actor_name) == ("system", "cqrs.process.library.overdue")
    assert written.correlation_id == lent.correlation_id


def test_remembers_between_events(clock: FrozenClock) -> None:
    """Its fields are read from its row for the next event and stored after it."""
    publish(LENT)
    later(clock, LOAN)

    assert json.loads(state().state)["letters"] == 1
    publish(RETURNED)
    assert letters() == [REMINDER, THANKS]


def test_the_end_cancels_what_it_waited_for(clock: FrozenClock) -> None:
    """A process that has ended sends nothing any more and reacts to nothing but a new start."""
    publish(LENT, RETURNED)
    later(clock, LOAN + PATIENCE)
    publish(BookLost(book_id=1, reader="Ada"))

    assert letters() == []
    assert state().ended_at is not None
    assert Delivery.objects.filter(subscriber_key="cqrs.run_queued", status="skipped").count() == 1


def test_begins_anew_after_its_end(clock: FrozenClock) -> None:
    """The next event that starts it finds nothing of what it remembered before, in the same row."""
    publish(LENT)
    later(clock, LOAN)
    publish(RETURNED)
    publish(LENT)

    assert (json.loads(state().state)["letters"], state().ended_at) == (0, None)


def test_ends_by_itself_when_its_method_says_so(clock: FrozenClock) -> None:
    """After the last reminder nothing is remembered and nothing waits."""
    publish(LENT)
    later(clock, LOAN)
    later(clock, PATIENCE)
    later(clock, PATIENCE)

    assert letters() == [REMINDER, REMINDER]
    assert state().ended_at is not None


def test_other_events_start_nothing(clock: FrozenClock) -> None:
    """An event that does not start it leaves no row where no process is under way."""
    publish(RETURNED)

    assert not ProcessState.objects.exists()


def test_each_key_is_a_process_of_its_own(clock: FrozenClock) -> None:
    """One book that is returned does not stop the reminder for another."""
    publish(LENT, BookLent(book_id=2, reader="Bob"), RETURNED)
    later(clock, LOAN)

    assert list(Letter.objects.values_list("reader", flat=True)) == ["Bob"]


def test_reacts_in_order_within_a_key(clock: FrozenClock) -> None:
    """What fails holds back the later events of its key, and those of no other one."""
    with transaction.atomic():
        event_bus.publish(LENT)
        event_bus.publish(RETURNED)
        event_bus.publish(BookLent(book_id=2, reader="Bob"))
    mine = Delivery.objects.filter(subscriber_key="cqrs.process.library.overdue").order_by("id")
    mine.filter(pk=mine[0].pk).update(available_at="2099-01-01T00:00Z")

    drain()

    assert [row.status for row in mine] == ["waiting", "waiting", "done"]


def test_its_state_commits_with_its_commands(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a command fails, the process remembers nothing of the event either."""
    publish(LENT)
    later(clock, LOAN)

    def fail(*_: object) -> None:
        raise RuntimeError("The post office is closed.")

    monkeypatch.setattr(command_bus, "dispatch", fail)
    with transaction.atomic():
        event_bus.publish(RETURNED)
    errors = drain_once().errors

    assert [str(error) for error in errors] == ["The post office is closed."]
    assert (state().ended_at, state().version) == (None, 2)


class TestChecks:
    """Wiring that can never work is found at the start."""

    @pytest.fixture(autouse=True)
    def isolated(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr("cqrs.processes.declaration.processes", dict(processes))
        monkeypatch.setattr("cqrs.processes.checks.processes", {})
        with isolated_registry():
            yield

    @staticmethod
    def found(process: type[Process], monkeypatch: pytest.MonkeyPatch) -> list[str]:
        monkeypatch.setattr("cqrs.processes.checks.processes", {process.name: process})
        errors: list[CheckMessage] = check_processes()
        return [error.id or "" for error in errors]

    def test_something_has_to_start_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A process that no event starts never does anything."""

        class Happening(Event):
            thing_id: int

        class Asleep(Process, name="test.asleep"):
            @on(Happening, key=lambda event: str(event.thing_id))
            def note(self, event: Happening) -> None: ...

        assert self.found(Asleep, monkeypatch) == ["cqrs.E022"]

    def test_what_it_remembers_has_to_come_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A field that cannot be read from JSON again, or that does not say how it starts, is refused."""

        class Beginning(Event):
            thing_id: int

        class Forgetful(Process, name="test.forgetful"):
            whatever: Any = None
            count: int

            @on(Beginning, key=lambda event: str(event.thing_id), starts=True)
            def note(self, event: Beginning) -> None: ...

        assert self.found(Forgetful, monkeypatch) == ["cqrs.E023", "cqrs.E024"]
