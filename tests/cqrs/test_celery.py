"""Deliveries by a real Celery worker process, over a real broker."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import TracerProvider
from pytest_django import DjangoDbBlocker

from cqrs import Context, command_bus, tracing
from cqrs.container import services
from cqrs.models import Delivery, StoredEvent
from cqrs.seeing.opentelemetry import OpenTelemetryTracer
from cqrs.wake import Waker
from tests.cqrs.celery_worker import celery_worker, kill
from tests.cqrs.collector import Collector, collecting
from tests.cqrs.conftest import order
from tests.cqrs.shop.models import Effect
from tests.cqrs.test_event_bus import RecordingWaker
from tests.cqrs.waiting import eventually
from tests.servers.ports import free_port

pytestmark = [pytest.mark.celery, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queues")]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables of a worker that logs as JSON, is scraped, and exports its spans to us."""
    with collecting() as collector:
        yield {
            "LOG_FORMAT": "json",
            "METRICS_PORT": str(free_port()),
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path_factory.mktemp("prometheus")),
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the worker's log."""
    return tmp_path_factory.mktemp("worker")


@pytest.fixture(scope="module")
def worker(
    django_db_setup: None, log: Path, watched: dict[str, str], django_db_blocker: DjangoDbBlocker
) -> Iterator[subprocess.Popen[bytes]]:
    with django_db_blocker.unblock(), celery_worker(log, environment=watched) as worker:
        yield worker


def all_done(count: int) -> bool:
    return list(Delivery.objects.values_list("status", flat=True)) == ["done"] * count


def test_a_wake_up_delivers(anna: Context, worker: subprocess.Popen[bytes]) -> None:
    """What a command publishes reaches every worker, and what these publish too, without any sweep."""
    command_bus.dispatch(order())

    assert eventually(lambda: all_done(4), seconds=30)
    assert Effect.objects.filter(by="ship").count() == 1


def test_a_worker_is_seen(anna: Context, worker: subprocess.Popen[bytes], watched: dict[str, str], log: Path) -> None:
    """Its spans continue the trace of the request, its children's deliveries are counted, its lines are JSON."""
    provider = TracerProvider()
    before = tracing.use(OpenTelemetryTracer(provider))
    try:
        command_bus.dispatch(order())
    finally:
        tracing.use(before)
    trace_id = StoredEvent.objects.get(name="OrderPlaced").trace.split("-")[1]

    assert eventually(lambda: "delivery shop.ship" in Collector.traces.get(trace_id, ()), seconds=30)
    address = f"http://127.0.0.1:{watched['METRICS_PORT']}/metrics"
    counted = 'cqrs_message_seconds_count{kind="delivery",name="shop.ship",outcome="ok"}'
    assert eventually(lambda: counted in httpx.get(address).text, seconds=10)
    (ready,) = (line for path in log.iterdir() for line in path.read_text().splitlines() if " ready." in line)
    assert json.loads(ready)["logger"] == "celery.apps.worker"


def test_a_killed_worker_is_replaced(anna: Context, tmp_path: Path, worker: subprocess.Popen[bytes]) -> None:
    """What a killed worker held and what no wake-up reached, the sweep of the next one finds; each has one effect."""
    command_bus.dispatch(order(customer="Sloth"))
    sloth = Delivery.objects.filter(subscriber_key="shop.pack")
    expected = ["done", "done", "running"]  # receipt, ledger, and the packing that does not end
    assert eventually(lambda: sorted(Delivery.objects.values_list("status", flat=True)) == expected, seconds=30)
    kill(worker)
    assert list(sloth.values_list("status", "attempts")) == [("running", 1)]

    Effect.objects.create(by="gate", note="open")
    sloth.update(lease_until="2000-01-01T00:00Z")  # a minute later
    with services.overriding(Waker, RecordingWaker()):
        command_bus.dispatch(order())
    with celery_worker(tmp_path, beat=True):
        assert eventually(lambda: all_done(8), seconds=40)

    assert sorted(sloth.values_list("attempts", flat=True)) == [1, 2]
    assert Effect.objects.filter(by="pack_order").count() == 2
