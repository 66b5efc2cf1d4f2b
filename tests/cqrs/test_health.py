"""Liveness, readiness, lag."""

import time
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from cqrs import Context, command_bus
from cqrs.seeing import health
from tests.cqrs.conftest import order

pytestmark = pytest.mark.django_db


class Weather:
    """A service that can be told not to answer."""

    failure: Exception | None = None
    seconds = 0.0
    asked = 0

    def ping(self) -> None:
        self.asked += 1
        time.sleep(self.seconds)
        if self.failure:
            raise self.failure


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Weather:
    """Asked beside the services of the installation, which have all the time that a busy machine needs."""
    weather = Weather()
    monkeypatch.setattr(health, "_LIMIT_SECONDS", 20)
    monkeypatch.setattr(health, "_probes", health.Probes(lambda: {**health.pings(), "Weather": weather.ping}))
    return weather


def test_a_living_process_says_so_without_asking_anybody(client: Client, weather: Weather) -> None:
    """Liveness asks no service: a restart would bring none back."""
    weather.failure = ConnectionError()
    answer = client.get("/livez")

    assert (answer.status_code, answer.json(), weather.asked) == (200, {"status": "ok"}, 0)


def test_is_ready_when_everything_answers(client: Client, weather: Weather) -> None:
    """Each service is named with its state, without anybody signing in."""
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert {"Database": "ok", "Migrations": "ok", "Storage": "ok", "Weather": "ok"}.items() <= (
        answer.json()["services"].items()
    )


def test_is_not_ready_while_a_service_fails_and_does_not_tell_why(client: Client, weather: Weather) -> None:
    """Outside, a failure is a word; the reason stands in the log."""
    weather.failure = ConnectionError("postgres://anna:secret@db")
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "unready")
    assert answer.json()["services"]["Weather"] == "failed"
    assert "secret" not in answer.content.decode()


def test_a_service_that_can_be_spared_only_degrades(client: Client, weather: Weather, settings: Any) -> None:
    """Without the cache the installation is slower, not away."""
    settings.CQRS_READY_WITHOUT = ["Weather"]
    weather.failure = ConnectionError()
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


def test_does_not_wait_for_a_service_that_hangs(
    client: Client, weather: Weather, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the limit it is slow, the others are known, and the one that hangs is not asked again meanwhile."""
    monkeypatch.setattr(health, "_LIMIT_SECONDS", 0.3)
    monkeypatch.setattr(health, "_FRESH_SECONDS", 0)
    weather.seconds = 1
    client.get("/livez")
    began = time.monotonic()
    states = [client.get("/readyz").json()["services"]["Weather"] for _ in range(2)]

    assert time.monotonic() - began < 0.95
    assert (states, weather.asked) == (["slow", "slow"], 1)


def test_is_asked_once_a_second_however_often_somebody_calls(client: Client, weather: Weather) -> None:
    """Nobody can make us hammer our own services from outside."""
    for _ in range(5):
        client.get("/readyz")

    assert weather.asked == 1


def test_misses_a_migration_that_is_not_applied() -> None:
    """New code before its migration gets no requests."""
    health.check_migrations.cache_clear()
    health.check_migrations()
    health.check_migrations.cache_clear()
    MigrationRecorder(connection).record_unapplied("cqrs", "0001_initial")

    with pytest.raises(LookupError, match="lacks migrations"):
        health.check_migrations()


def test_tells_the_lag(client: Client, anna: Context) -> None:
    """The age of the oldest delivery that is due, in seconds."""
    before = client.get("/lagz").json()
    command_bus.dispatch(order())
    time.sleep(0.02)

    assert before == {"seconds": 0}
    assert client.get("/lagz").json()["seconds"] >= 0.02
