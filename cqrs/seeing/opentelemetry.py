"""Spans by OpenTelemetry. Imported only where tracing is on: the packages are optional."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_W3C = TraceContextTextMapPropagator()


class OpenTelemetryTracer:
    """Spans of one provider."""

    def __init__(self, provider: trace.TracerProvider) -> None:
        self._tracer = provider.get_tracer("cqrs")

    def traceparent(self) -> str:
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent", "")

    @contextmanager
    def span(self, name: str, parent: str, attributes: dict[str, str | int]) -> Iterator[None]:
        above = _W3C.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(name, context=above, attributes=attributes):
            yield


def exporting() -> OpenTelemetryTracer:
    """Everything goes to OTEL_EXPORTER_OTLP_ENDPOINT; a web request opens a span of its own, below its caller's."""
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(tracer_provider=provider)
    return OpenTelemetryTracer(provider)
