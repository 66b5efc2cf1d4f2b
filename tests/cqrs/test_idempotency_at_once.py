"""Requests with one key at the same moment, in threads of their own."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connections
from django.db.models import F

from cqrs import Command, DomainError, acting_as, command_bus, signed_in
from cqrs.idempotency import KEPT_FOR
from cqrs.models import IdempotencyRecord
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import ANNA, order
from tests.cqrs.shop.models import Effect, Order

pytestmark = pytest.mark.django_db(transaction=True)


class Gate:
    """Holds a command between its row and its commit."""

    def __init__(self) -> None:
        self.reached, self.opened, self.fails = Event(), Event(), False


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def slow(gate: Gate) -> Iterator[type[Command[int]]]:
    """A command that writes a row and then waits at the gate."""
    with isolated_registry():

        class Slow(Command[int], requires=signed_in): ...

        @Slow.handler
        def write_slowly(command: Slow) -> int:
            effect = Effect.objects.create(by="slow", note="")
            gate.reached.set()
            gate.opened.wait(10)
            if gate.fails:
                raise DomainError
            return effect.pk

        yield Slow


def answer(command: Command[Any]) -> Any:
    """What a caller with a thread, a connection and the key of its own gets: the answer, or the error's code."""
    try:
        with acting_as(ANNA, idempotency_key="k"):
            return command_bus.dispatch(command)
    except DomainError as error:
        return error.code
    finally:
        connections.close_all()


def test_many_at_once_are_done_once() -> None:
    """Of six equal requests one works; each other one is told its answer, or to ask again."""
    start = Barrier(6)

    def place() -> Any:
        start.wait()
        return answer(order())

    with ThreadPoolExecutor(6) as pool:
        answers = Counter(future.result() for future in [pool.submit(place) for _ in range(6)])

    placed = Order.objects.get()
    assert answers.keys() <= {placed.pk, "idempotency_key_in_flight"}
    assert answers[placed.pk] >= 1
    assert IdempotencyRecord.objects.get().answer == str(placed.pk)


@pytest.mark.postgres
def test_the_second_conflicts_while_the_first_works(gate: Gate, slow: type[Command[int]]) -> None:
    """On PostgreSQL nobody waits for a command that may take long; afterwards the answer is there."""
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answer, slow())
        gate.reached.wait(10)
        second = answer(slow())
        gate.opened.set()

        assert (second, first.result()) == ("idempotency_key_in_flight", Effect.objects.get().pk)
    assert answer(slow()) == first.result()


@pytest.mark.postgres
def test_an_outlived_answer_is_nobodys_while_the_key_is_taken_anew(gate: Gate, slow: type[Command[int]]) -> None:
    """Whoever asks while yesterday's key is used again is told to wait, and not given yesterday's answer."""
    gate.opened.set()
    assert answer(slow()) == Effect.objects.get().pk
    IdempotencyRecord.objects.update(at=F("at") - KEPT_FOR)
    gate.reached.clear()
    gate.opened.clear()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(answer, slow())
        gate.reached.wait(10)
        second = answer(slow())
        gate.opened.set()

        assert (second, first.result()) == ("idempotency_key_in_flight", Effect.objects.latest("pk").pk)


def test_the_second_works_when_the_first_fails(gate: Gate, slow: type[Command[int]]) -> None:
    """A failure frees the key together with all that it had written."""
    gate.fails = True
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer, slow())
        gate.reached.wait(10)
        gate.opened.set()
        assert first.result() == "domain"

        gate.fails = False
        assert pool.submit(answer, slow()).result() == Effect.objects.get().pk


def test_the_second_waits_where_there_is_one_writer(gate: Gate, slow: type[Command[int]]) -> None:
    """On SQLite a request waits for the one that writes, and is then told its answer; PostgreSQL says so at once."""
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(answer, slow())
        gate.reached.wait(10)
        second = pool.submit(answer, slow())
        gate.opened.set()
        answers = first.result(), second.result()

    assert answers[0] == Effect.objects.get().pk
    assert answers[1] in {answers[0], "idempotency_key_in_flight"}
