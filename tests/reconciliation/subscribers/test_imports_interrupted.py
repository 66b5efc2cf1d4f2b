"""Killed, overtaken, or at the same time as another: an import is whole or absent."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from cqrs import Actor, Clock, Lease, LeaseLostError, acting_as, command_bus, services
from cqrs.deliveries.held import StoppingError
from cqrs.testing import drain
from projects.ids import ProjectId
from reconciliation.commands.commit_import import CommitImport
from reconciliation.events import ImportRequested
from reconciliation.ids import SourceId
from reconciliation.intake.prepare import prepare
from reconciliation.models import Record
from reconciliation.models.import_claim import ImportTakenOverError
from reconciliation.progress import ProgressListener
from reconciliation.storage import Storage
from reconciliation.subscribers import imports
from reconciliation.subscribers.imports import SourceChangedError, read_file
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, RENT, SALARY, add_source, look_at, texts, upload

OF_THE_MONTH = ["Coffee", "Coffee", "Rent November", "Salary"]


class FreeLease:
    """A lease that nobody else ever takes; `between` is called at each heartbeat."""

    def __init__(self, between: Callable[[], None] = lambda: None) -> None:
        self._between = between

    def heartbeat(self) -> None:
        self._between()

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        with transaction.atomic():
            yield


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two records at a time, and a heartbeat after each."""
    for size in ("ROWS_PER_COPY", "ROWS_PER_INSERT"):
        monkeypatch.setattr(f"reconciliation.models.bulk.{size}", 2)
    monkeypatch.setattr("reconciliation.subscribers.watch.SECONDS_BETWEEN_SIGNS", 0.0)


@pytest.fixture
def requested(project_id: ProjectId) -> ImportRequested:
    """An import that waits for a worker."""
    return request(project_id, add_source(project_id), MONTH)


def request(project_id: ProjectId, source_id: SourceId, content: str) -> ImportRequested:
    import_id = upload(project_id, source_id, content)
    command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
    return ImportRequested(project_id=project_id, source_id=source_id, import_id=import_id)


def work(event: ImportRequested, lease: Lease) -> None:
    read_file(event, lease, services.get(Clock), services.get(Storage), ProgressListener())


@pytest.mark.django_db
@pytest.mark.usefixtures("small_chunks")
class TestInterruptedWorker:
    def test_leaves_nothing_that_anybody_sees(self, requested: ImportRequested) -> None:
        """Killed after half of the records: they are in the table, and for nobody."""
        with pytest.raises(SystemExit):
            work(requested, FreeLease(self.killed_at(2)))

        assert (Record.objects.count(), texts(requested.project_id)) == (2, [])
        assert look_at(requested.project_id, requested.import_id).row.status == "reading"

    def test_is_replaced_by_one_that_starts_again(self, requested: ImportRequested) -> None:
        """What the first one left is swept, and every record is there once."""
        with pytest.raises(SystemExit):
            work(requested, FreeLease(self.killed_at(2)))
        work(requested, FreeLease())

        assert texts(requested.project_id) == OF_THE_MONTH
        assert Record.objects.count() == 4
        assert look_at(requested.project_id, requested.import_id).row.status == "committed"

    def test_writes_no_more_once_it_is_replaced(self, requested: ImportRequested) -> None:
        """A worker that was only slow finds its import taken over, and adds nothing to it."""

        def overtaken() -> None:
            if Record.objects.count() == 2 and not look_at(requested.project_id, requested.import_id).row.committed_at:
                work(requested, FreeLease())

        with pytest.raises(ImportTakenOverError):
            work(requested, FreeLease(overtaken))

        assert (texts(requested.project_id), Record.objects.count()) == (OF_THE_MONTH, 4)

    def test_stops_when_its_lease_is_lost(self, requested: ImportRequested) -> None:
        """It gives up at the next heartbeat and notes no error: the other one does the work."""

        def lost() -> None:
            raise LeaseLostError

        with pytest.raises(LeaseLostError):
            work(requested, FreeLease(lost))

        row = look_at(requested.project_id, requested.import_id).row
        assert (row.status, row.error, Record.objects.count()) == ("reading", "", 0)

    def test_that_is_told_to_stop_uses_no_try_up(self, requested: ImportRequested) -> None:
        """However often the workers are restarted meanwhile, the import is taken up again and committed."""

        def stop() -> None:
            raise StoppingError

        for _ in range(5):
            with pytest.raises(StoppingError):
                work(requested, FreeLease(stop))
        work(requested, FreeLease())

        assert texts(requested.project_id) == OF_THE_MONTH

    def test_that_fails_says_why_and_is_tried_again(
        self, requested: ImportRequested, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An error nobody foresaw is on the import's page while the next attempt is awaited."""
        monkeypatch.setattr(imports, "prepare", _broken)
        with pytest.raises(MemoryError):
            work(requested, FreeLease())
        row = look_at(requested.project_id, requested.import_id).row
        assert (row.status, row.error) == ("reading", "MemoryError: too much")

        monkeypatch.undo()
        work(requested, FreeLease())
        assert texts(requested.project_id) == OF_THE_MONTH

    def test_has_nothing_to_do_twice(self, requested: ImportRequested) -> None:
        """A delivery that comes a second time adds nothing."""
        work(requested, FreeLease())
        work(requested, FreeLease())

        assert texts(requested.project_id) == OF_THE_MONTH

    @staticmethod
    def killed_at(records: int) -> Callable[[], None]:
        def kill() -> None:
            if Record.objects.count() >= records:
                raise SystemExit

        return kill


def _broken(*_: Any, **__: Any) -> None:
    raise MemoryError("too much")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    """Two overlapping files into one source."""

    def test_two_workers_neither_double_nor_lose(self, project_id: ProjectId) -> None:
        """Two workers deliver whatever they find: the source's imports come one after the other."""
        source_id = add_source(project_id)
        events = [request(project_id, source_id, content) for content in (MONTH, HEADER + COFFEE * 3 + RENT)]

        in_threads(lambda _: [drain() for _ in range(3)], range(2))
        drain()

        assert ["Coffee", *OF_THE_MONTH] == texts(project_id)
        assert {"committed"} == {look_at(project_id, event.import_id).row.status for event in events}

    def test_the_second_to_publish_starts_again(self, project_id: ProjectId, monkeypatch: pytest.MonkeyPatch) -> None:
        """Even past the queue: both found the source empty, one commits, the other finds that out and begins anew."""
        source_id = add_source(project_id)
        events = [request(project_id, source_id, content) for content in (MONTH, HEADER + COFFEE * 3 + SALARY)]
        both_have_looked = threading.Barrier(2)

        def prepare_together(*arguments: Any, **named: Any) -> Any:
            prepared = prepare(*arguments, **named)
            both_have_looked.wait(timeout=20)
            return prepared

        monkeypatch.setattr(imports, "prepare", prepare_together)
        outcomes = in_threads(self.outcome, events)
        monkeypatch.undo()
        assert {None, SourceChangedError} == set(outcomes)
        for event in events:
            work(event, FreeLease())

        assert ["Coffee", *OF_THE_MONTH] == texts(project_id)
        assert Record.objects.count() == 5

    @staticmethod
    def outcome(event: ImportRequested) -> type[Exception] | None:
        try:
            work(event, FreeLease())
        except SourceChangedError as error:
            return type(error)
        return None


def in_threads(function: Callable[[Any], Any], arguments: Any) -> list[Any]:
    def call(argument: Any) -> Any:
        try:
            with acting_as(Actor.system("test")):
                return function(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(call, arguments))
