"""The test kit as a pytest plugin: `pytest_plugins = ["cqrs.testing.plugin"]` or `pytest -p cqrs.testing.plugin`.

Needs pytest-django, whose `db` the stories stand on.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.messages import Event
from cqrs.testing import Fakes, FrozenClock, Given, captured_events
from cqrs.testing import drain as drain_all

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def given(db: None) -> Iterator[Given]:  # noqa: ARG001  a fixture asked for its effect
    """Tells a story; fails the test when a command was refused and the test did not say so."""
    story = Given()
    yield story
    story.finish()


@pytest.fixture
def events() -> Iterator[list[Event]]:
    """Everything that is published during the test."""
    with captured_events() as published:
        yield published


@pytest.fixture
def drain(db: None) -> Callable[[], int]:  # noqa: ARG001  a fixture asked for its effect
    """Delivers everything that is due, in this thread."""
    return drain_all


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """The time stands at noon of 1 January 2026, UTC, until the test moves it."""
    clock = FrozenClock(NOON)
    with services.overriding(Clock, clock):
        yield clock


@pytest.fixture
def fake() -> Iterator[Fakes]:
    """Replaces a service until the end of the test."""
    with ExitStack() as stack:
        yield Fakes(stack)
