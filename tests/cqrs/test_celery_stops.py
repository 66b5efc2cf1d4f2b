"""A real Celery worker that is told to stop, and is the only one at the broker."""

from pathlib import Path

import pytest

from cqrs import Context, command_bus
from cqrs.models import Delivery
from tests.cqrs.celery_worker import celery_worker
from tests.cqrs.conftest import order
from tests.cqrs.waiting import eventually

pytestmark = [pytest.mark.celery, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queues")]


def test_a_worker_told_to_stop_gives_its_work_back(anna: Context, tmp_path: Path) -> None:
    """Celery's warm shutdown reaches the child that packs: it ends, and the packing is due again, untried."""
    sloth = Delivery.objects.filter(subscriber_key="shop.pack")
    with celery_worker(tmp_path) as worker:
        command_bus.dispatch(order(customer="Sloth"))
        assert eventually(lambda: sloth.filter(status="running").exists(), seconds=30)
        worker.terminate()
        worker.wait(20)

    assert list(sloth.values_list("status", "attempts")) == [("waiting", 0)]
