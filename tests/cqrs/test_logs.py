"""Log lines as JSON."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import RequestFactory

from cqrs import Command, Context, anyone, command_bus, deliveries
from cqrs.context import entering
from cqrs.middleware import RequestActor
from cqrs.models import StoredEvent
from cqrs.seeing.logs import json_lines
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import ANNA, order
from tests.cqrs.shop.mailer import ListMailer


class Log:
    """A logger whose lines can be read."""

    def __init__(self, name: str) -> None:
        self._stream = io.StringIO()
        self.logger = logging.getLogger(name)
        self._handler = logging.StreamHandler(self._stream)
        self._handler.setFormatter(json_lines())
        self.logger.addHandler(self._handler)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self._stream.getvalue().splitlines()]

    def line(self) -> dict[str, Any]:
        """The only one there is."""
        (line,) = self.lines()
        return line

    def end(self) -> None:
        self.logger.removeHandler(self._handler)


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log(f"tests.{uuid4()}")
    yield log
    log.end()


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


@pytest.mark.django_db
def test_a_worker_says_which_conversation_failed(anna: Context, mailer: ListMailer) -> None:
    """The line of a failed delivery is found by the id that the person was given with the request."""
    log = Log("cqrs.deliveries.runner")
    mailer.failure = ValueError("out of ink")
    command_bus.dispatch(order())
    try:
        deliveries.drain()
    finally:
        log.end()
    event = StoredEvent.objects.get(name="OrderPlaced")
    failed = {line["actor"]: line for line in log.lines() if line["level"] == "error"}

    assert set(failed) == {"shop.send_receipt", "shop.post_to_ledger"}
    line = failed["shop.send_receipt"]
    assert (line["correlation_id"], line["causation_id"]) == (anna.correlation_id, str(event.id))
    assert "out of ink" in line["exception"]
