"""Metrics for Prometheus."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from cqrs import Command, Context, DomainError, anyone, command_bus
from cqrs.seeing.metrics import exposition
from cqrs.testing import drain, isolated_registry
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer

RECEIPT = "shop.send_receipt"


def scraped() -> dict[tuple[str, str], float]:
    """Value by sample name and subscriber, as Prometheus reads them."""
    families = text_string_to_metric_families(exposition().decode())
    return {
        (each.name, each.labels.get("subscriber", "")): each.value for family in families for each in family.samples
    }


def handled(kind: str, name: str, outcome: str) -> float:
    """How many were counted in this process."""
    labels = {"kind": kind, "name": name, "outcome": outcome}
    return REGISTRY.get_sample_value("cqrs_message_seconds_count", labels) or 0


@pytest.mark.django_db
class TestDatabase:
    def test_tells_what_waits_and_is_dead_per_subscriber(self, anna: Context, mailer: ListMailer) -> None:
        """Waiting, running, dead, attempts and lag of each subscriber, and the lag of all."""
        command_bus.dispatch(order())
        before = scraped()
        mailer.failure = ValueError()
        with pytest.raises(ValueError):  # noqa: PT011  the mailer's
            drain()
        after = scraped()

        assert before["cqrs_deliveries_waiting", RECEIPT] == 1
        assert before["cqrs_deliveries_lag", RECEIPT] > 0
        assert before["cqrs_lag_seconds", ""] > 0
        assert (after["cqrs_deliveries_attempts", RECEIPT], after["cqrs_deliveries_dead", "shop.post_to_ledger"]) == (
            1,
            1,
        )

    def test_counts_what_is_published(self, anna: Context, mailer: ListMailer) -> None:
        """Its rate is the throughput of the log, whichever process published."""
        command_bus.dispatch(order())
        before = scraped()
        command_bus.dispatch(order())
        after = scraped()

        assert after["cqrs_events_published_total", ""] == before["cqrs_events_published_total", ""] + 1
        assert after["cqrs_deliveries_enqueued_total", ""] == before["cqrs_deliveries_enqueued_total", ""] + 3

    def test_costs_a_handful_of_statements(
        self, anna: Context, django_assert_max_num_queries: Any, mailer: ListMailer
    ) -> None:
        """A scrape does not ask per subscriber."""
        command_bus.dispatch(order())
        with django_assert_max_num_queries(3):
            exposition()


@pytest.mark.django_db
class TestProcess:
    def test_counts_each_message_by_outcome(self, anna: Context, mailer: ListMailer) -> None:
        """Commands, and attempts of deliveries under the name of their subscriber."""
        done = handled("command", "PlaceOrder", "ok"), handled("delivery", RECEIPT, "ok")
        command_bus.dispatch(order())
        drain()

        assert handled("command", "PlaceOrder", "ok") == done[0] + 1
        assert handled("delivery", RECEIPT, "ok") == done[1] + 1

    @pytest.mark.parametrize(("error", "outcome"), [(DomainError("no"), "refused"), (ValueError("ours"), "failed")])
    def test_a_refusal_is_no_failure(self, error: Exception, outcome: str) -> None:
        """What a person may not do is counted apart from what broke."""
        with isolated_registry():

            class Stumble(Command[None], requires=anyone, transaction=False):
                """Fail."""

            @Stumble.handler
            def stumble(_command: Stumble) -> None:
                raise error

            before = handled("command", "Stumble", outcome)
            with pytest.raises(type(error)):
                command_bus.dispatch(Stumble())

        assert handled("command", "Stumble", outcome) == before + 1


FORKING = """
    import os
    from prometheus_client import generate_latest
    from cqrs.observing import observed, of_processes

    for _ in range(2):
        child = os.fork()
        if not child:
            with observed("command", "Hello").once():
                pass
            os._exit(0)
        os.waitpid(child, 0)
    print(generate_latest(of_processes()).decode())
"""


def test_several_processes_count_together(tmp_path: Path) -> None:
    """With a shared directory the answer of one process holds what the others counted, as under gunicorn."""
    program = [sys.executable, "-c", textwrap.dedent(FORKING)]
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run(program, env={**os.environ, **shared}, check=True, capture_output=True, text=True)

    assert 'cqrs_message_seconds_count{kind="command",name="Hello",outcome="ok"} 2.0' in done.stdout


@pytest.mark.django_db
class TestPage:
    @pytest.mark.parametrize(
        ("token", "header", "status"),
        [
            ("", "", 404),
            ("", "Bearer ", 404),
            ("s3cret", "", 404),
            ("s3cret", "Bearer other", 404),
            ("s3cret", "Bearer s3cret", 200),
        ],
    )
    def test_is_there_for_the_bearer_of_the_token(
        self, client: Client, settings: Any, token: str, header: str, status: int
    ) -> None:
        """Without a token in the settings there is no such page."""
        settings.CQRS_METRICS_TOKEN = token

        assert client.get("/metrics", headers={"Authorization": header}).status_code == status

    def test_is_text_that_prometheus_reads(self, client: Client, settings: Any) -> None:
        """The database's figures and the processes' stand in one answer."""
        settings.CQRS_METRICS_TOKEN = "s3cret"
        answer = client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
        names = {family.name for family in text_string_to_metric_families(answer.content.decode())}

        assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
        assert {"cqrs_deliveries_waiting", "cqrs_lag_seconds", "cqrs_message_seconds"} <= names
