"""A collector of spans, as OpenTelemetry's exporters find it over OTLP."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector(BaseHTTPRequestHandler):
    """Keeps the names of the spans that it is sent, by the id of their trace."""

    traces: dict[str, list[str]] = {}

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        scopes = [scope for resource in sent.resource_spans for scope in resource.scope_spans]
        for span in (span for scope in scopes for span in scope.spans):
            Collector.traces.setdefault(span.trace_id.hex(), []).append(span.name)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: a test reads no log."""


@contextmanager
def collecting() -> Iterator[str]:
    """The address for OTEL_EXPORTER_OTLP_ENDPOINT."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
