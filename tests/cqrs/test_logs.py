"""Log lines as JSON."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import RequestFactory

from cqrs import Command, Context, anyone, command_bus
from cqrs.context import entering
from cqrs.logs import json_lines
from cqrs.middleware import RequestActor
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import ANNA


class Log:
    """A logger of its own whose lines can be read."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.logger = logging.getLogger(f"tests.{uuid4()}")
        self.logger.propagate = False
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(json_lines())
        self.logger.addHandler(self.handler)

    def line(self) -> dict[str, Any]:
        """The only line there is."""
        (text,) = self._stream.getvalue().splitlines()
        found: dict[str, Any] = json.loads(text)
        return found


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    yield log
    log.logger.removeHandler(log.handler)


def test_a_line_says_what_every_line_says(log: Log) -> None:
    """Text, level, logger and time; nothing of a message where none is handled."""
    log.logger.warning("%s of %s", 1, 2)
    line = log.line()

    assert line.pop("timestamp").endswith("Z")
    assert line == {"text": "1 of 2", "level": "warning", "logger": log.logger.name}


def test_a_line_within_a_message_says_in_which_and_for_whom(log: Log) -> None:
    """Message, actor, conversation, cause and door stand on each line."""
    cause = uuid4()
    with isolated_registry():

        class Grumble(Command[None], requires=anyone, transaction=False):
            """Write a line."""

        @Grumble.handler
        def grumble(_command: Grumble) -> None:
            log.logger.warning("hm")

        with entering(Context(who=ANNA, correlation_id="c-1", causation_id=cause, source="web")):
            command_bus.dispatch(Grumble())
    line = log.line()

    told = {"message": "Grumble", "actor": "anna", "correlation_id": "c-1", "causation_id": str(cause), "source": "web"}
    assert told.items() <= line.items()


def test_an_exception_is_part_of_its_line(log: Log) -> None:
    """A traceback stays within the one line of its error."""
    try:
        1 / 0  # noqa: B018  raises
    except ZeroDivisionError:
        log.logger.exception("broken")

    assert "ZeroDivisionError" in log.line()["exception"]


def test_extra_values_are_fields(log: Log) -> None:
    """What a library passes as extra= can be searched for."""
    log.logger.warning("slow", extra={"seconds": 3})

    assert log.line()["seconds"] == 3


def test_nobody_is_looked_up_for_a_line(log: Log) -> None:
    """A request's user is named once somebody asked for it, and never because of a line."""
    request = RequestFactory().get("/")

    class Unasked:
        @property
        def is_authenticated(self) -> bool:
            raise AssertionError("Looked up for a log line.")

    request.user = Unasked()  # type: ignore[assignment]
    with entering(Context(who=RequestActor(request), correlation_id="c-1")):
        log.logger.warning("before authentication")

    assert "actor" not in log.line()


def test_a_user_already_known_is_named(log: Log) -> None:
    """After the authorisation asked who calls, lines say it."""
    actor = RequestActor(RequestFactory().get("/"))
    actor.known = ANNA
    with entering(Context(who=actor, correlation_id="c-1")):
        log.logger.warning("after authentication")

    assert log.line()["actor"] == "anna"
