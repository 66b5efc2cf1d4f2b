"""Workers that share one transaction and one acknowledgement."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cqrs import Event, NotFoundError, deliveries, event_bus
from cqrs.deliveries.claims import claim
from cqrs.deliveries.runner import run_together
from cqrs.models import Delivery
from cqrs.testing import drain, isolated_registry
from tests.cqrs.shop.models import Effect

pytestmark = pytest.mark.django_db
KEY = "batches.note"


class Note:
    """A worker that notes its numbers and fails at one of them."""

    def __init__(self) -> None:
        self.fails_at = -1
        self.called: list[int] = []

    def __call__(self, number: int) -> None:
        self.called.append(number)
        Effect.objects.create(by=KEY, note=str(number))
        if number == self.fails_at:
            raise NotFoundError(str(number))

    @staticmethod
    def kept() -> list[int]:
        return [int(note) for note in Effect.objects.filter(by=KEY).order_by("id").values_list("note", flat=True)]


@pytest.fixture
def note() -> Iterator[Note]:
    note = Note()
    with isolated_registry():

        class Noted(Event):
            thing_id: int

        @Noted.worker(key=KEY, batch=True)
        def write_down(event: Noted) -> None:
            note(event.thing_id)

        with transaction.atomic():
            for number in range(5):
                event_bus.publish(Noted(thing_id=number))
        yield note


def statements(begin: str, work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return sum(query["sql"].startswith(begin) for query in queries)


def test_a_batch_is_acknowledged_once(note: Note) -> None:
    """Five deliveries of such a worker take one acknowledgement."""
    assert statements("UPDATE cqrs_delivery SET status = 'done'", drain) == 1
    assert note.kept() == [0, 1, 2, 3, 4]
    assert set(Delivery.objects.values_list("status", "attempts")) == {("done", 1)}


def test_one_that_fails_spoils_no_other(note: Note) -> None:
    """The batch is undone and done one by one: each effect is there once, but that of the one that fails."""
    note.fails_at = 3
    drained = deliveries.drain()

    assert (drained.delivered, [str(error) for error in drained.errors]) == (4, ["3"])
    assert note.called == [0, 1, 2, 3, 0, 1, 2, 3, 4]
    assert note.kept() == [0, 1, 2, 4]
    assert list(Delivery.objects.filter(status="waiting").values_list("attempts", flat=True)) == [1]


def test_one_that_was_taken_over_undoes_no_other(note: Note) -> None:
    """Where another worker owns one of a batch by now, its work here is undone and the others' is kept."""
    stolen, *others = claim(long=False, limit=10)
    Delivery.objects.filter(pk=stolen.id).update(claim_token=None)
    errors = run_together([stolen, *others])

    assert len(errors) == 1
    assert note.kept() == [1, 2, 3, 4]
    assert Delivery.objects.filter(status="done").count() == 4


def test_what_failed_once_stands_alone(note: Note) -> None:
    """A second attempt is no part of a batch, so that it does not undo the others a second time."""
    note.fails_at = 0
    deliveries.drain()
    Delivery.objects.update(status="waiting", attempts=0)
    Delivery.objects.filter(event__payload__contains=":0").update(attempts=1)
    Effect.objects.all().delete()
    note.called.clear()
    Delivery.objects.update(available_at="2000-01-01T00:00Z")
    deliveries.drain()

    assert sorted(note.called) == [0, 1, 2, 3, 4]
