"""What was uploaded and never used goes away by itself; what an import has stays."""

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from cqrs import Clock, command_bus, query_bus, services
from cqrs.testing import FrozenClock, captured_events, drain
from projects.ids import ProjectId
from reconciliation.commands.append_to_upload import AppendToUpload
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.commands.start_upload import StartUpload
from reconciliation.events import UploadsSwept
from reconciliation.ids import UploadId
from reconciliation.models import UploadNotFoundError
from reconciliation.queries.get_import import GetImport
from reconciliation.queries.get_upload import GetUpload
from reconciliation.storage import Storage, key_of
from tests.reconciliation.importing import MONTH, add_source, bring_in, upload

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=2)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    clock = FrozenClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    with services.overriding(Clock, clock):
        yield clock


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "stored"


def grow_old(files: Path) -> None:
    """As if everything had been stored two days ago."""
    for path in files.rglob("*"):
        if path.is_file():
            os.utime(path, (path.stat().st_atime, path.stat().st_mtime - DAYS.total_seconds()))


def half_an_upload(project_id: ProjectId, storage: Storage) -> UploadId:
    wanted = StartUpload(project_id=project_id, source_id=add_source(project_id, "Big"), file_name="big.csv", size=10)
    upload_id = command_bus.dispatch(wanted)
    with storage.new_file() as path:
        path.write_bytes(b"12345")
        storage.save_as(path, "parts/one")
    command_bus.dispatch(AppendToUpload(project_id=project_id, upload_id=upload_id, offset=0, size=5, key="parts/one"))
    return upload_id


def test_an_upload_that_is_never_finished_goes(
    project_id: ProjectId, storage: Storage, clock: FrozenClock, files: Path
) -> None:
    """A day after it was started nobody finds it, and then its row and its parts are removed, without any doing."""
    upload_id = half_an_upload(project_id, storage)
    drain()
    grow_old(files)
    with captured_events() as events:
        clock.advance(timedelta(days=1, minutes=1))
        drain()

    assert [(event.uploads, event.files) for event in events if isinstance(event, UploadsSwept)] == [(1, 1)]
    assert list(storage.part_keys()) == []
    with pytest.raises(UploadNotFoundError):
        query_bus.ask(GetUpload(project_id=project_id, upload_id=upload_id))


def test_it_goes_on_every_day(project_id: ProjectId, clock: FrozenClock) -> None:
    """Each sweep plans the next, however little there was to do."""
    upload(project_id, add_source(project_id), MONTH)
    drain()
    with captured_events() as events:
        for _ in range(3):
            clock.advance(timedelta(days=1, minutes=1))
            drain()

    assert len([event for event in events if isinstance(event, UploadsSwept)]) == 3


def test_files_of_imports_stay(project_id: ProjectId, storage: Storage, files: Path, owner: User) -> None:
    """Of committed, proposed and discarded ones; one that no import has goes, unless it has only just come."""
    User.objects.filter(pk=owner.pk).update(is_superuser=True, is_staff=True)
    source_id = add_source(project_id)
    committed = bring_in(project_id, source_id, MONTH)
    discarded = upload(project_id, source_id, MONTH + "2026-11-29;1.00;EUR;;More\n")
    command_bus.dispatch(DiscardImport(project_id=project_id, import_id=discarded))
    nobodys = storage.put(io.BytesIO(b"refused")).key
    killed = files / "incoming" / "incoming-killed"
    killed.write_bytes(b"half a file")
    grow_old(files)
    young = storage.put(io.BytesIO(b"being read")).key

    call_command("sweep-uploads", "--as", owner.username)

    kept = set(storage.stored_keys())
    shas = {
        query_bus.ask(GetImport(project_id=project_id, import_id=each)).sha256 for each in (committed.row.id, discarded)
    }
    assert {young, *map(key_of, shas)} <= kept
    assert (nobodys in kept, killed.exists()) == (False, False)
    assert len(kept) >= 4  # with the snapshot of the committed one


def test_a_file_that_comes_again_is_young(storage: Storage, files: Path) -> None:
    """Its bytes are there already, but were about to be swept."""
    key = storage.put(io.BytesIO(b"refused")).key
    grow_old(files)
    assert storage.age(key) > DAYS - timedelta(minutes=1)

    storage.put(io.BytesIO(b"refused"))

    assert storage.age(key) < timedelta(minutes=1)
