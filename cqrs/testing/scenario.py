"""Given what happened, when somebody sends a command, then these events, this answer, or this error."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from typing import Any, Generic, Self, TypeVar, cast

from django.db import transaction

from cqrs.actor import Actor
from cqrs.buses.commands import command_bus
from cqrs.buses.events import event_bus
from cqrs.context import Context, acting_as
from cqrs.database import ALIAS
from cqrs.errors import DomainError
from cqrs.messages import Command, Event
from cqrs.testing.kit import captured_events, drain

R = TypeVar("R")

Expected = Event | type[Event]
"""An event that has to be equal (`mock.ANY` for what cannot be known), or its class where only that matters."""


class Given:
    """Tells a story: `given(OpenBox(...)).when(CloseBox(...)).then(BoxClosed(...))`."""

    def __init__(self) -> None:
        self._outcomes: list[Outcome[Any]] = []

    def __call__(self, *happened: Command[Any] | Event, by: Actor | None = None) -> Self:
        """These happened already, and so did all that the workers had to do about them."""
        for message in happened:
            with _as(by):
                if isinstance(message, Event):
                    with transaction.atomic(using=ALIAS):
                        event_bus.publish(message)
                else:
                    command_bus.dispatch(message)
        drain()
        return self

    def when(self, command: Command[R], *, by: Actor | None = None) -> "Outcome[R]":
        """Send the command now. A refusal is kept for `fails`; a test that does not ask for it fails at its end."""
        outcome: Outcome[R] = Outcome(command)
        with captured_events() as outcome.events, _as(by):
            try:
                outcome.value = command_bus.dispatch(command)
            except DomainError as error:
                outcome.error = error
        self._outcomes.append(outcome)
        return outcome

    def finish(self) -> None:
        """Raise the first refusal that nobody asked about."""
        for outcome in self._outcomes:
            if outcome.error is not None and not outcome.expected:
                raise outcome.error


class Outcome(Generic[R]):
    """What came of a command. Each method asserts one thing and gives the outcome back, so that they chain."""

    def __init__(self, command: Command[R]) -> None:
        self.command = command
        self.events: list[Event] = []
        self.value: R | None = None
        self.error: DomainError | None = None
        self.expected = False

    @property
    def answer(self) -> R:
        """What the handler returned."""
        self._succeeded()
        return cast("R", self.value)

    def answers(self, expected: R) -> Self:
        if self.answer != expected:
            raise AssertionError(f"{self.command}\n  expected answer: {expected!r}\n  actual answer:   {self.answer!r}")
        return self

    def then(self, *expected: Expected) -> Self:
        """Exactly these events were published in the command's transaction, in this order; without any: none."""
        self._succeeded()
        _compare(f"{self.command} published", expected, self.events)
        return self

    def later(self, *expected: Expected) -> Self:
        """Exactly these events are published by the workers that now get their turn."""
        self._succeeded()
        with captured_events() as events:
            drain()
        _compare(f"After {self.command} the workers published", expected, events)
        return self

    def fails(self, error: type[DomainError], *, fields: tuple[str, ...] = (), saying: str = "") -> Self:
        """It was refused with this error, naming these fields if any are given, in a text that contains `saying`."""
        self.expected = True
        if self.error is None:
            done = f"it answered {self.value!r} and published {_lines(self.events) or 'nothing'}"
            raise AssertionError(f"{self.command} should fail with {error.__name__}, but {done}")
        if not isinstance(self.error, error):
            other = type(self.error).__name__
            raise AssertionError(  # noqa: TRY004  a test's expectation, not a wrong argument
                f"{self.command} should fail with {error.__name__}, but failed with {other}: {self.error}"
            ) from self.error
        if fields and set(fields) != set(self.error.fields):
            raise AssertionError(f"{self.command} should refuse {fields}, but refused {self.error.fields}")
        if saying not in str(self.error):
            raise AssertionError(f"{self.command} should say {saying!r}, but said {str(self.error)!r}")
        return self

    def _succeeded(self) -> None:
        if self.error is not None:
            self.expected = True  # the assertion below tells of it
            raise AssertionError(f"{self.command} was refused: {self.error}") from self.error


def _as(actor: Actor | None) -> AbstractContextManager[Context | None]:
    return nullcontext() if actor is None else acting_as(actor, source="test")


def _compare(what: str, expected: tuple[Expected, ...], actual: list[Event]) -> None:
    if len(expected) == len(actual) and all(map(_fits, expected, actual)):
        return
    told = f"{what} something else.\n expected:{_lines(expected) or ' nothing'}\n actual:{_lines(actual) or ' nothing'}"
    differing = (pair for pair in zip(expected, actual, strict=False) if not _fits(*pair))
    raise AssertionError(told + "".join(f"\n first difference: {_difference(*pair)}" for pair in [*differing][:1]))


def _fits(expected: Expected, actual: Event) -> bool:
    return isinstance(actual, expected) if isinstance(expected, type) else expected == actual


def _difference(expected: Expected, actual: Event) -> str:
    if type(expected) is not type(actual):
        return f"{_name(expected)} was expected, {_name(actual)} came"
    names = [
        each.name for each in fields(cast("Any", actual)) if getattr(expected, each.name) != getattr(actual, each.name)
    ]
    return ", ".join(f"{name} is {getattr(actual, name)!r} and not {getattr(expected, name)!r}" for name in names)


def _name(event: Expected) -> str:
    return event.__name__ if isinstance(event, type) else type(event).__name__


def _lines(events: tuple[Expected, ...] | list[Event]) -> str:
    return "".join(f"\n  {event.__name__ if isinstance(event, type) else event}" for event in events)
