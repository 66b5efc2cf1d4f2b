"""A project to throw away: its own database and its own files in a temporary folder, gone whatever happens."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.storage import FileSystemStorage
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from cqrs import services
from cqrs.caching.answers import AnswerCache, NoAnswers
from cqrs.wake import BellWaker, Waker
from reconciliation.storage import Storage

# Nobody waits for this database after a power cut: it need not reach the disk.
UNSAFE_AND_FAST = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;"


@contextmanager
def scratch_installation() -> Iterator[User]:
    """Inside, the configured database and storage are replaced by empty ones; yields the one user there is."""
    with tempfile.TemporaryDirectory(prefix="reconcile-") as name:
        folder = Path(name)
        with (
            _database(folder / "db.sqlite3"),
            services.overriding(Waker, BellWaker()),  # no worker of the installation could see these deliveries
            services.overriding(AnswerCache, NoAnswers()),  # needs no Redis, and leaves nothing behind in it
            services.overriding(Storage, Storage(FileSystemStorage(location=folder / "files"))),
        ):
            yield User.objects.create(username="operator")  # stray: the one row of a database that is thrown away


@contextmanager
def _database(path: Path) -> Iterator[None]:
    """Point Django's connections at a new SQLite file; those of before are put aside unharmed, and put back."""
    configured, opened = connections.settings, _put_aside()
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": UNSAFE_AND_FAST}
    connections.settings = connections.configure_settings(
        {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}}
    )
    try:
        _create_tables()
        yield
    finally:
        for connection in _put_aside():
            connection.close()
        connections.settings = configured
        for connection in opened:
            connections[connection.alias] = connection


def _create_tables() -> None:
    """The tables as the models have them now: a database without a past needs no migrations, which take seconds."""
    with connections["default"].schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:  # noqa: SLF001  Django documents _meta as public
                editor.create_model(model)


def _put_aside() -> Sequence[BaseDatabaseWrapper]:
    """Take this thread's open connections out of Django's hands, so that the next use opens new ones."""
    opened = connections.all(initialized_only=True)
    for connection in opened:
        del connections[connection.alias]
    return opened
