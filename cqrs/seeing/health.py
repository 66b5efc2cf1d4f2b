"""Whether the process lives, whether what it needs answers, how late deliveries are. Names and words, no details."""

import logging
from collections.abc import Callable
from functools import cache
from queue import SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cqrs.container import services
from cqrs.database import database
from cqrs.seeing.backlog import lag

log = logging.getLogger(__name__)

_LIMIT_SECONDS = 2.0
_FRESH_SECONDS = 1.0


@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked: a restart would not bring a database back."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """503 when something that this installation cannot do without is away. A state is ok, failed or slow."""
    states = _probes.states()
    away = {name for name, state in states.items() if state != "ok"}
    unready = away - set(getattr(settings, "CQRS_READY_WITHOUT", ()))
    status = "unready" if unready else "degraded" if away else "ready"
    return JsonResponse({"status": status, "services": states}, status=503 if unready else 200)


@never_cache
@require_safe
def lagging(_request: HttpRequest) -> JsonResponse:
    """For how many seconds the oldest delivery that is due has waited."""
    return JsonResponse({"seconds": round(lag(), 3)})


@cache  # of the answer alone that they are: an error is not kept
def check_migrations() -> None:
    """Raises LookupError while migrations of this code are not applied."""
    executor = MigrationExecutor(database())
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError("The database lacks migrations of this code.")


class Probes:
    """Asks every service at once, each in a thread of its own and for a limited time.

    However often somebody asks from outside, each service is asked once a second at most, and one that hangs holds up
    a single thread.
    """

    def __init__(self, pings: Callable[[], dict[str, Callable[[], Any]]]) -> None:
        self._pings = pings
        self._lock = Lock()
        self._running: dict[str, Thread] = {}
        self._states: dict[str, str] = {}
        self._asked_at = float("-inf")

    def states(self) -> dict[str, str]:
        with self._lock:
            if monotonic() > self._asked_at + _FRESH_SECONDS:
                self._states = self._ask(self._pings())
                self._asked_at = monotonic()
            return self._states

    def _ask(self, pings: dict[str, Callable[[], Any]]) -> dict[str, str]:
        answers: SimpleQueue[tuple[str, str]] = SimpleQueue()
        states = dict.fromkeys(sorted(pings), "slow")
        for name, ping in pings.items():
            if name not in self._running or not self._running[name].is_alive():
                self._running[name] = Thread(target=_probe, args=(name, ping, answers), daemon=True)
                self._running[name].start()
        end = monotonic() + _LIMIT_SECONDS
        for name in pings:
            self._running[name].join(max(0.0, end - monotonic()))
        while not answers.empty():
            name, state = answers.get()
            states[name] = state
        return states


def _probe(name: str, ping: Callable[[], Any], answers: SimpleQueue[tuple[str, str]]) -> None:
    try:
        ping()
        answers.put((name, "ok"))
    except Exception as error:  # noqa: BLE001  whatever a service raises, it does not answer
        log.warning("%s does not answer: %s", name, error)
        answers.put((name, "failed"))
    finally:
        connections.close_all()


def pings() -> dict[str, Callable[[], Any]]:
    return {**services.pings(), "Migrations": check_migrations}


_probes = Probes(pings)
