"""What is done can leave the log: nothing is lost or doubled by it, and the chain still holds."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.management import CommandError
from django.db import connection, connections
from django.db.models import QuerySet
from django.test import override_settings

from cqrs import Actor, Clock, NotFoundError, acting_as, command_bus, services
from cqrs.commands.replay_event import ReplayEvent
from cqrs.commands.replay_events import ReplayEvents
from cqrs.keeping import archive_file
from cqrs.keeping.alone import AlreadyArchivingError, alone
from cqrs.keeping.archive import archive
from cqrs.keeping.archive_file import TornArchiveError
from cqrs.keeping.verify import Flaw, Verification
from cqrs.keeping.verify_archive import ArchiveVerification
from cqrs.log.feed import EventsArchivedError, Position, follow
from cqrs.models import Delivery, ProjectionBuild, StoredEvent, StreamAnchor
from tests.cqrs.log.conftest import LATER, NOON, at_position, write
from tests.cqrs.test_console import events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(storage: Path) -> None:
    """The archives of a test end with it."""


def _positions(stream: str = "order:1") -> list[int]:
    return list(StoredEvent.objects.filter(stream=stream).order_by("position").values_list("position", flat=True))


def _archived() -> list[tuple[str, int]]:
    return [(each.content.stream, each.position) for name in archive_file.names() for each in archive_file.read(name)]


def _deliver(number: int, status: str) -> None:
    Delivery.objects.create(event_id=number, subscriber_key="a.b", status=status, available_at=NOON)


class TestArchive:
    def test_keeps_the_newest_event_of_each_stream(self) -> None:
        """The rest stands in the file as it stood in the log, with its done deliveries gone."""
        for stream in ("order:1", "order:2", "order:1", "order:1"):
            _deliver(write(stream), "done")
        first = archive_file.ArchivedEvent.of(at_position(1))

        result = archive(LATER)

        assert (_positions(), _positions("order:2")) == ([3], [1])
        assert _archived() == [("order:1", 1), ("order:1", 2)]
        assert first == next(archive_file.read(str(result.file)))
        assert Delivery.objects.count() == 2
        assert (result.gone, result.kept) == ({"OrderPacked": 2}, {"the newest of their streams": 2})

    def test_leaves_a_chain_that_holds_and_grows(self) -> None:
        """The anchor takes the place of what is gone; new events follow the newest one."""
        for _ in range(3):
            write()
        archive(LATER)
        write()

        assert list(Verification().flaws()) == []
        assert _positions() == [3, 4]
        assert StreamAnchor.objects.get().position == 2

    def test_archives_again_from_the_anchor_on(self) -> None:
        """A second run in another year goes on where the first one ended."""
        for _ in range(3):
            write()
        archive(LATER)
        for _ in range(2):
            write()
        services.get(Clock).advance(timedelta(days=1))  # type: ignore[attr-defined]  # it is the frozen one
        archive(LATER)

        assert _positions() == [5]
        assert _archived() == [("order:1", position) for position in range(1, 5)]
        assert list(Verification().flaws()) == []

    def test_does_nothing_the_second_time(self, storage: Path) -> None:
        """No second file, no second copy."""
        write()
        write()
        archive(LATER)
        files = sorted(storage.rglob("*.jsonl"))

        again = archive(LATER)

        assert (again.file, again.gone.total()) == (None, 0)
        assert sorted(storage.rglob("*.jsonl")) == files

    @pytest.mark.parametrize("status", ["waiting", "running", "dead"])
    def test_stops_at_an_event_that_is_not_delivered(self, status: str) -> None:
        """It and what follows it in its stream stay, so that the kept part has no gap."""
        write()
        _deliver(write(), status)
        write()
        write()

        result = archive(LATER)

        assert _positions() == [2, 3, 4]
        assert result.kept == {"not delivered yet": 1, "behind one that is kept": 2}

    def test_takes_skipped_deliveries_for_finished(self) -> None:
        """An operator has decided."""
        _deliver(write(), "skipped")
        write()
        archive(LATER)

        assert _positions() == [2]

    def test_keeps_what_is_younger(self) -> None:
        """Only events from before the instant go."""
        write()
        write(at=LATER)
        write(at=LATER)
        archive(LATER)

        assert _positions() == [2, 3]

    def test_waits_for_a_rebuild(self) -> None:
        """A projection that is being rebuilt still has to read them."""
        numbers = [write() for _ in range(3)]
        place = Position.of(StoredEvent.objects.get(pk=numbers[0]))
        ProjectionBuild.objects.create(
            projection="p", generation=2, transaction_id=place.transaction_id, sequence=place.sequence, started_at=NOON
        )
        archive(LATER)

        assert _positions() == [2, 3]


class TestCrash:
    def test_a_torn_file_counts_for_nothing(self, storage: Path) -> None:
        """Stopped while it wrote: nothing was deleted, and the next run starts over and names it."""
        write()
        write()
        (storage / "events").mkdir()
        (storage / "events/20200101T000000.jsonl").write_text('{"content":{"id"')

        result = archive(LATER)

        assert result.torn == "events/20200101T000000.jsonl"
        assert archive_file.names() == [result.torn, result.file]
        assert [each.position for each in archive_file.read(str(result.file))] == [1]

    def test_deleting_goes_on_after_a_stop(self, monkeypatch: pytest.MonkeyPatch, storage: Path) -> None:
        """Stopped between the file and the tables, or in the middle of these: the same file is finished."""
        for _ in range(5):
            write()
        monkeypatch.setattr("cqrs.keeping.archive._CHUNK", 2)
        _stop_at_the_second_delete(monkeypatch)
        with pytest.raises(ConnectionError):
            archive(LATER)
        half = _positions()
        monkeypatch.undo()

        archive(LATER)

        assert (half, _positions()) == ([3, 4, 5], [5])
        assert _archived() == [("order:1", position) for position in range(1, 5)]
        assert list(Verification().flaws()) == []

    def test_a_changed_archive_is_never_thrown_away(self, storage: Path) -> None:
        """What events were moved to is the only copy of them."""
        write()
        write()
        path = storage / str(archive(LATER).file)
        path.write_text(path.read_text().replace("bea", "ben"))

        with pytest.raises(TornArchiveError, match="Restore it from a backup"):
            archive(LATER)
        assert path.exists()

    def test_a_changed_archive_is_told_of_and_not_left_out(self, storage: Path) -> None:
        """On the terminal it is one sentence; a replay does not take what it cannot read for what never was."""
        write()
        write()
        path = storage / str(archive(LATER).file)
        path.write_text(path.read_text().replace("bea", "ben"))

        for verb in (("archive", "--days", "0"), ("replay", "shop.send_receipt", "--range", "1", "2")):
            with pytest.raises(CommandError, match="Restore it from a backup"):
                events(*verb)

    def test_an_event_replayed_meanwhile_stays(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its delivery became due between the file and the deletion."""
        numbers = [write() for _ in range(4)]
        written = archive_file.write

        def replay_after_writing(name: str, events: Any) -> str | None:
            stored = written(name, events)
            _deliver(numbers[1], "waiting")
            return stored

        monkeypatch.setattr(archive_file, "write", replay_after_writing)
        archive(LATER)

        assert _positions() == [2, 3, 4]
        assert list(Verification().flaws()) == []


def _stop_at_the_second_delete(monkeypatch: pytest.MonkeyPatch) -> None:
    deletes: list[object] = []
    delete = QuerySet.delete

    def delete_once(self: QuerySet[Any]) -> Any:
        if self.model is StoredEvent:
            deletes.append(self)
            if len(deletes) > 1:
                raise ConnectionError
        return delete(self)

    monkeypatch.setattr(QuerySet, "delete", delete_once)


class TestAfterwards:
    def test_a_change_to_the_anchor_is_found(self) -> None:
        """It is a link of the chain like any other."""
        for _ in range(3):
            write()
        archive(LATER)
        StreamAnchor.objects.update(hash="0" * 64)

        assert [flaw.position for flaw in Verification().flaws()] == [3]

    def test_the_loss_of_what_was_kept_is_found(self) -> None:
        """A stream that was archived has a newest event, always."""
        write()
        write()
        archive(LATER)
        StoredEvent.objects.all().delete()

        flaw = Flaw("order:1", 2, "all that followed the archived events is missing")
        assert list(Verification().flaws()) == [flaw]

    def test_a_replay_names_the_archive(self) -> None:
        """Who wants an archived event delivered again is told where it is."""
        write()
        write()
        event_id, first = at_position(1).id, at_position(1).sequence
        file = archive(LATER).file

        with (
            acting_as(Actor.system("test")),
            pytest.raises(EventsArchivedError, match=str(file)),
        ):
            command_bus.dispatch(ReplayEvent(event_id=event_id, subscriber_key="shop.ship"))
        with acting_as(Actor.system("test")), pytest.raises(EventsArchivedError, match=str(file)):
            command_bus.dispatch(ReplayEvents(subscriber_key="shop.ship", first=first, last=first))

    def test_an_unknown_event_is_in_no_archive(self) -> None:
        """What never happened is not found, rather than archived."""
        write()
        write()
        archive(LATER)

        with acting_as(Actor.system("test")), pytest.raises(NotFoundError):
            command_bus.dispatch(ReplayEvent(event_id=uuid4(), subscriber_key="shop.ship"))

    def test_a_follower_that_is_behind_is_told(self) -> None:
        """Instead of being shown a log with holes; one that had seen them all goes on."""
        write()
        seen = Position.of(at_position(1))
        write()
        write()
        at_end = Position.of(at_position(2))
        archive(LATER)

        with pytest.raises(EventsArchivedError):
            follow(seen, lambda _event: None)
        if connection.vendor == "sqlite":  # on PostgreSQL the feed waits for the end of this transaction
            assert follow(at_end, lambda _event: None) == Position.of(at_position(3))


def test_works_on_storage_that_is_no_disk() -> None:
    """Nothing is asked of the store but to save, open, list and delete."""
    with override_settings(STORAGES={"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}):
        write()
        write()
        archive(LATER)

        assert isinstance(default_storage._wrapped, InMemoryStorage)  # type: ignore[attr-defined]
        assert _archived() == [("order:1", 1)]


class TestTwoAtOnce:
    def test_the_second_run_is_refused(self) -> None:
        """It would take the first one's file, which is being written, for torn."""
        holding, done = Event(), Event()

        def hold() -> None:
            with alone():
                holding.set()
                done.wait(10)
            connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(hold)
            holding.wait(10)
            with pytest.raises(AlreadyArchivingError):
                archive(LATER)
            done.set()
            first.result()
        assert archive(LATER).file is None


class TestVerification:
    @pytest.fixture(autouse=True)
    def archives(self) -> list[str]:
        """Two files, which have two and one event of order 1; order 2 has one of the second."""
        files = []
        for count in (3, 1):
            for stream in ["order:1"] * count + ["order:2"]:
                write(stream)
            files.append(str(archive(LATER).file))
        return files

    def test_reads_the_chains_through_all_files(self) -> None:
        """From the first event of each stream to the anchor that the log goes on from."""
        assert events("verify") == "2 events of 2 streams, and 4 archived ones in 2 files: every chain holds.\n"
        assert "1 events of 1 streams, and 1 archived ones in 2 files" in events("verify", "--stream", "order:2")

    @pytest.mark.parametrize(("first", "second"), [("bea", "eve"), ('"position":2', '"position":7')])
    def test_finds_what_was_changed_though_the_file_looks_whole(
        self, archives: list[str], storage: Path, first: str, second: str
    ) -> None:
        """Whoever changed it wrote the file's own sum anew; the chain tells the event."""
        lines = (storage / archives[0]).read_text().splitlines(keepends=True)[:-1]
        lines[1] = lines[1].replace(first, second)
        text = "".join(lines)
        end = {"events": len(lines), "sha256": sha256(text.encode()).hexdigest()}
        (storage / archives[0]).write_text(text + json.dumps(end) + "\n")

        with pytest.raises(CommandError, match=r"\d flaws"):
            events("verify")
        flaw = next(ArchiveVerification().flaws())
        assert (flaw.stream, flaw.position) == ("order:1", 7 if second.endswith("7") else 2)

    @pytest.mark.parametrize(("file", "what"), [(0, "events are missing"), (1, "not in the storage")])
    def test_finds_that_a_file_is_gone(self, archives: list[str], storage: Path, file: int, what: str) -> None:
        """An earlier one by the gap it leaves, the newest by the anchors that name it."""
        (storage / archives[file]).unlink()

        assert any(what in flaw.what for flaw in ArchiveVerification().flaws())

    def test_finds_that_the_log_goes_on_from_another_event(self) -> None:
        """The anchor is what joins log and archive: changed together with the log it fits the log only."""
        StreamAnchor.objects.filter(stream="order:1").update(hash="0" * 64)

        (flaw,) = ArchiveVerification().flaws()
        assert (flaw.stream, flaw.position) == ("order:1", 3)
        assert "the log goes on from another event" in flaw.what
