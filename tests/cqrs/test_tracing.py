"""Traces: from the request through the command and its events into the workers."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from cqrs import Context, command_bus, tracing
from cqrs.models import StoredEvent
from cqrs.seeing.opentelemetry import OpenTelemetryTracer
from cqrs.testing import drain
from tests.cqrs.collector import Collector, collecting
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer

pytestmark = pytest.mark.django_db

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Trace:
    """What was exported."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def spans(self) -> dict[str, ReadableSpan]:
        """By name; of those with the same name, the last."""
        return {span.name: span for span in self._exporter.get_finished_spans()}

    def parents(self) -> dict[str, str]:
        """Name of each span and of the one above it."""
        spans = self.spans()
        names = {span.context.span_id: name for name, span in spans.items() if span.context}
        return {name: names.get(span.parent.span_id, "?") if span.parent else "" for name, span in spans.items()}

    def ids(self) -> set[int]:
        return {span.context.trace_id for span in self.spans().values() if span.context}


@pytest.fixture
def trace() -> Iterator[Trace]:
    trace = Trace()
    before = tracing.use(OpenTelemetryTracer(trace.provider))
    yield trace
    tracing.use(before)


def test_follows_a_request_into_its_workers(trace: Trace, anna: Context, mailer: ListMailer) -> None:
    """One trace: request, command, event, each delivery, and what these publish in turn, below what caused it."""
    with tracing.span("POST /orders"):
        command_bus.dispatch(order())
    drain()

    expected = {
        "POST /orders": "",
        "command PlaceOrder": "POST /orders",
        "event OrderPlaced": "command PlaceOrder",
        "delivery shop.send_receipt": "event OrderPlaced",
        "delivery shop.post_to_ledger": "event OrderPlaced",
        "delivery shop.pack": "event OrderPlaced",
        "command PackOrder": "delivery shop.pack",
        "event OrderPacked": "command PackOrder",
        "delivery shop.ship": "event OrderPacked",
    }
    assert trace.parents() == expected
    assert len(trace.ids()) == 1


def test_spans_name_their_conversation(trace: Trace, anna: Context, mailer: ListMailer) -> None:
    """From a span one finds the log lines and the events, and back."""
    command_bus.dispatch(order())
    drain()
    attributes = trace.spans()["delivery shop.send_receipt"].attributes or {}

    assert attributes["cqrs.correlation_id"] == anna.correlation_id
    assert (attributes["cqrs.source"], attributes["attempt"]) == ("worker", 1)
    assert StoredEvent.objects.get(name="OrderPlaced").trace.split("-")[1] == f"{trace.ids().pop():032x}"


def test_a_failed_delivery_stands_in_the_trace(trace: Trace, anna: Context, mailer: ListMailer) -> None:
    """With its error."""
    mailer.failure = ZeroDivisionError("ink")
    command_bus.dispatch(order())
    with pytest.raises(ZeroDivisionError):
        drain()
    failed = trace.spans()["delivery shop.send_receipt"]

    assert not failed.status.is_ok
    assert "ZeroDivisionError" in str(failed.events[0].attributes)


def test_a_web_request_continues_its_callers_trace(trace: Trace, django_user_model: type[User]) -> None:
    """The header of the caller, the request, the command and the stored event are one trace."""
    DjangoInstrumentor().instrument(tracer_provider=trace.provider)
    try:
        client = Client(headers={"traceparent": CALLER})
        client.force_login(django_user_model.objects.create_user("anna"))
        answer = client.post("/api/v1/projects", {"name": "Q3 close"}, content_type="application/json")
    finally:
        DjangoInstrumentor().uninstrument()

    assert answer.status_code == 201
    assert {f"{number:032x}" for number in trace.ids()} == {CALLER.split("-")[1]}
    assert trace.parents()["command CreateProject"].startswith("POST api/v1/")


def test_without_a_tracer_nothing_is_recorded(anna: Context, mailer: ListMailer) -> None:
    """Off, spans are nothing, and events carry no trace."""
    with tracing.span("POST /orders"):
        command_bus.dispatch(order())

    assert tracing.traceparent() == ""
    assert StoredEvent.objects.get(name="OrderPlaced").trace == ""


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-c", program]
    return subprocess.run(
        command, env={**os.environ, **settings, **environment}, capture_output=True, text=True, check=False
    )


def test_a_process_exports_what_it_recorded_before_it_ends() -> None:
    """The collector of OTEL_EXPORTER_OTLP_ENDPOINT is sent the spans, also the last ones."""
    program = "from cqrs import tracing\ntracing.start()\nwith tracing.span('command PlaceOrder'): pass"
    with collecting() as collector:
        run(program, OTEL_EXPORTER_OTLP_ENDPOINT=collector)

    assert ["command PlaceOrder"] in Collector.traces.values()


def test_says_what_to_install() -> None:
    """Switched on without the optional packages, it refuses to start and names the extra."""
    program = "import sys\nsys.modules['opentelemetry'] = None\nfrom cqrs import tracing\ntracing.start()"

    assert "install the extra `otel`" in run(program).stderr
