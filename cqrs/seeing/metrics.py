"""Metrics for Prometheus: what the database knows, asked at each scrape, and what the processes counted themselves."""

from collections.abc import Iterator
from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from cqrs.observing import of_processes
from cqrs.seeing.backlog import backlog, totals

_GAUGES = {
    "waiting": "Deliveries that wait, also those that are due later.",
    "running": "Deliveries that a worker holds.",
    "dead": "Dead letters: an operator has to decide.",
    "attempts": "Attempts spent on the deliveries that are not done.",
    "lag": "Seconds for which the oldest delivery that is due has waited, or a dead worker has held one.",
}


class DeliveryCollector(Collector):
    """Asked at each scrape; only partial indexes are read, so that done rows cost nothing."""

    def collect(self) -> Iterator[Metric]:
        rows = backlog()
        for name, says in _GAUGES.items():
            gauge = GaugeMetricFamily(f"cqrs_deliveries_{name}", says, labels=["subscriber"])
            for row in rows:
                gauge.add_metric([row.subscriber], getattr(row, name))
            yield gauge
        lag = max((row.lag for row in rows), default=0.0)
        yield GaugeMetricFamily("cqrs_lag_seconds", "The longest of all lags.", lag)
        known = totals()
        about = "those numbered by transactions that were rolled back too."
        yield CounterMetricFamily("cqrs_events_published", f"Events; {about}", known.published)
        yield CounterMetricFamily("cqrs_deliveries_enqueued", f"Deliveries; {about}", known.enqueued)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    of_database = CollectorRegistry()
    of_database.register(DeliveryCollector())
    return generate_latest(of_database) + generate_latest(of_processes())


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever bears the token of the setting CQRS_METRICS_TOKEN; without that setting there is no such page."""
    token = getattr(settings, "CQRS_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)
