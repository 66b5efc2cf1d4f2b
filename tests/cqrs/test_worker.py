"""The embedded worker delivers without anybody asking it to."""

from asyncio import CancelledError
from collections.abc import Iterator

import pytest

from cqrs import Context, command_bus
from cqrs.models import Delivery
from cqrs.worker import EmbeddedWorker
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer
from tests.cqrs.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker() -> Iterator[EmbeddedWorker]:
    worker = EmbeddedWorker()
    worker.start()
    yield worker
    worker.stop()


def all_done() -> bool:
    return set(Delivery.objects.values_list("status", flat=True)) == {"done"} and Delivery.objects.count() == 4


def test_delivers_what_is_published(anna: Context, mailer: ListMailer, worker: EmbeddedWorker) -> None:
    """Short and long subscribers, and what they publish in turn, are served by the threads of this process."""
    command_bus.dispatch(order())

    assert eventually(all_done)


def test_finds_what_no_wake_up_reached(anna: Context, mailer: ListMailer) -> None:
    """Rows that another process left are found by looking."""
    command_bus.dispatch(order())
    worker = EmbeddedWorker()
    worker.start()
    try:
        assert eventually(all_done)
    finally:
        worker.stop()


@pytest.mark.parametrize("error", [ConnectionError("gone"), SystemExit(1), CancelledError()])
def test_goes_on_after_an_error_of_its_own(
    anna: Context, mailer: ListMailer, worker: EmbeddedWorker, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """A database that goes away for a moment, or a subscriber that exits, ends one round, not the thread."""
    calls: list[bool] = []

    def fail(**_: object) -> None:
        calls.append(True)
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("cqrs.worker.drain_lane", fail)
        command_bus.dispatch(order())
        assert eventually(lambda: len(calls) > 1)

    assert eventually(all_done)


def test_stops(worker: EmbeddedWorker) -> None:
    """After stop no thread is left."""
    worker.stop()

    assert worker.is_alive() is False
