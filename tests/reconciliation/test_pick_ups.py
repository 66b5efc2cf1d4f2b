"""Files that come in by themselves from a folder: once, when they have stopped changing, and never by guessing."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cqrs import Actor, Clock, acting_as, command_bus, query_bus, services
from cqrs.testing import FrozenClock, captured_events, drain
from projects.access import RoleTooLowError
from projects.commands.add_member import AddMember
from projects.commands.archive_project import ArchiveProject
from projects.commands.restore_project import RestoreProject
from projects.ids import ProjectId, Role
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.commands.set_pick_up import SetPickUp
from reconciliation.events import PickedFileRefused, PickedFileWaits, PickUpFailed
from reconciliation.folders import FolderRefusedError, Folders
from reconciliation.ids import ImportId, SourceId
from reconciliation.queries.list_pick_ups import ListPickUps, PickUpRow
from reconciliation.queries.list_picked_files import ListPickedFiles
from tests.factories import UserFactory
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, RENT, add_source, bring_in, commit, texts

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTLED = timedelta(seconds=31)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    clock = FrozenClock(NOON)
    with services.overriding(Clock, clock):
        yield clock


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "inbox"
    folder.mkdir()
    with services.overriding(Folders, Folders([f"file://{folder}"])):
        yield folder


@pytest.fixture
def source_id(project_id: ProjectId) -> SourceId:
    """A source that has imported a file of the bank before."""
    source_id = add_source(project_id)
    bring_in(project_id, source_id, HEADER + RENT)
    return source_id


class Watched:
    """A folder that a source's files are picked up from, and the time that passes."""

    def __init__(self, project_id: ProjectId, source_id: SourceId, inbox: Path, clock: FrozenClock) -> None:
        self.project_id, self.source_id, self.inbox, self.clock = project_id, source_id, inbox, clock

    def set_up(self, **more: object) -> None:
        wish = {"url": f"file://{self.inbox}", "pattern": "*.csv", "every_minutes": 60} | more
        command_bus.dispatch(SetPickUp(project_id=self.project_id, source_id=self.source_id, **wish))  # type: ignore[arg-type]
        drain()

    def put(self, name: str, content: str) -> None:
        path = self.inbox / name
        path.write_text(content)
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime + len(content)))

    def wait(self, time: timedelta) -> None:
        """Until then the schedule does what it does: what is due again after that is not waited for."""
        self.clock.advance(time)
        drain()

    def statuses(self) -> dict[str, str]:
        page = query_bus.ask(ListPickedFiles(project_id=self.project_id, source_id=self.source_id))
        return {file.name: file.status for file in page.items}

    def row(self) -> PickUpRow:
        [row] = query_bus.ask(ListPickUps(project_id=self.project_id))
        return row

    def import_of(self, name: str) -> ImportId:
        page = query_bus.ask(ListPickedFiles(project_id=self.project_id, source_id=self.source_id))
        [found] = [file.import_id for file in page.items if file.name == name]
        assert found is not None
        return found


@pytest.fixture
def watched(project_id: ProjectId, source_id: SourceId, inbox: Path, clock: FrozenClock) -> Watched:
    return Watched(project_id, source_id, inbox, clock)


class TestAFile:
    def test_is_imported_once_it_has_settled(self, watched: Watched) -> None:
        """Seen, seen again unchanged after half a minute, imported; the next look adds nothing."""
        watched.put("march.csv", MONTH)
        watched.set_up()
        assert watched.statuses() == {"march.csv": "settling"}

        watched.wait(SETTLED)
        assert watched.statuses() == {"march.csv": "imported"}
        watched.wait(timedelta(hours=1))

        assert texts(watched.project_id) == ["Coffee", "Coffee", "Rent November", "Salary"]
        assert watched.statuses() == {"march.csv": "imported"}

    def test_that_is_still_written_waits(self, watched: Watched) -> None:
        """As long as it grows nothing of it is read; half a minute after the last change it comes in."""
        watched.put("march.csv", HEADER)
        watched.set_up()
        for content in (HEADER + RENT, HEADER + RENT + COFFEE):
            watched.put("march.csv", content)
            watched.wait(SETTLED)
            assert watched.statuses() == {"march.csv": "settling"}

        watched.wait(SETTLED)

        assert texts(watched.project_id) == ["Coffee", "Rent November"]

    def test_that_comes_later_is_found_when_it_is_time(self, watched: Watched) -> None:
        """Every hour, without anybody's doing."""
        watched.set_up()
        watched.wait(timedelta(minutes=30))
        watched.put("march.csv", MONTH)
        watched.wait(timedelta(minutes=31))
        watched.wait(SETTLED)

        assert watched.statuses() == {"march.csv": "imported"}

    def test_that_the_source_has_already_adds_nothing(self, watched: Watched) -> None:
        """The same bytes under another name, and the same bytes twice at once."""
        watched.put("again.csv", HEADER + RENT)
        watched.put("one.csv", MONTH)
        watched.put("two.csv", MONTH)
        watched.set_up()
        watched.wait(SETTLED)

        assert watched.statuses() == {"again.csv": "known", "one.csv": "imported", "two.csv": "imported"}
        assert len(texts(watched.project_id)) == 4

    def test_is_moved_away_if_that_is_wished(self, watched: Watched) -> None:
        """Into the folder of what is done, after its records are there; also one that was known."""
        watched.put("march.csv", MONTH)
        watched.put("again.csv", HEADER + RENT)
        watched.set_up(when_done="move")
        watched.wait(SETTLED)

        assert sorted(path.name for path in (watched.inbox / "done").iterdir()) == ["again.csv", "march.csv"]
        assert [path.name for path in watched.inbox.glob("*.csv")] == []

    def test_that_does_not_fit_waits_for_a_person(self, watched: Watched) -> None:
        """Other columns than the source's last file: proposed, told about, and imported when a person commits it."""
        watched.put("new.csv", "Day,Amount,Cur,Memo\n2026-03-01,7.50,EUR,Tea\n")
        with captured_events() as events:
            watched.set_up()
            watched.wait(SETTLED)

        assert watched.statuses() == {"new.csv": "waiting"}
        assert [event.reason for event in events if isinstance(event, PickedFileWaits)] == [
            "The source's mapping does not fit this file: look at what is proposed."
        ]
        commit(watched.project_id, watched.import_of("new.csv"))
        assert (watched.statuses(), "Tea" in texts(watched.project_id)) == ({"new.csv": "imported"}, True)

    def test_that_a_person_discards_is_not_taken_again(self, watched: Watched) -> None:
        """Before it changes."""
        watched.put("new.csv", "Day,Amount,Cur,Memo\n2026-03-01,7.50,EUR,Tea\n")
        watched.set_up()
        watched.wait(SETTLED)
        command_bus.dispatch(
            DiscardImport(project_id=watched.project_id, import_id=watched.import_of("new.csv"), reason="a draft")
        )
        watched.wait(timedelta(hours=1))

        assert watched.statuses() == {"new.csv": "refused"}

    def test_that_is_no_list_is_refused_once(self, watched: Watched) -> None:
        """With the reason on its page; and again only when it has changed."""
        (watched.inbox / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
        with captured_events() as events:
            watched.set_up()
            watched.wait(SETTLED)
            watched.wait(timedelta(hours=1))

        assert watched.statuses() == {"photo.csv": "refused"}
        assert len([event for event in events if isinstance(event, PickedFileRefused)]) == 1
        assert watched.row().to_look_at == 1


def test_a_source_without_a_mapping_asks_first(project_id: ProjectId, inbox: Path, clock: FrozenClock) -> None:
    """Nobody has yet seen how its files are read."""
    watched = Watched(project_id, add_source(project_id), inbox, clock)
    watched.put("first.csv", MONTH)
    watched.set_up()
    watched.wait(SETTLED)

    assert (watched.statuses(), texts(project_id)) == ({"first.csv": "waiting"}, [])


class TestAFolder:
    def test_that_is_away_is_told_about_once(self, watched: Watched) -> None:
        """The reason stands on the page until the folder is back; the schedule goes on."""
        watched.inbox.rename(watched.inbox.with_name("gone"))
        with captured_events() as events:
            watched.set_up()
            watched.wait(timedelta(hours=1))
        assert len([event for event in events if isinstance(event, PickUpFailed)]) == 1
        assert "No such file" in watched.row().error

        watched.inbox.mkdir()
        watched.wait(timedelta(hours=1))
        assert watched.row().error == ""

    def test_of_an_archived_project_rests(self, watched: Watched) -> None:
        """Nothing is imported until the project is restored."""
        watched.set_up()
        command_bus.dispatch(ArchiveProject(project_id=watched.project_id))
        drain()
        watched.put("march.csv", MONTH)
        watched.wait(timedelta(hours=2))
        assert watched.statuses() == {}

        command_bus.dispatch(RestoreProject(project_id=watched.project_id))
        drain()
        watched.wait(SETTLED)
        assert watched.statuses() == {"march.csv": "imported"}

    def test_can_be_stopped(self, watched: Watched) -> None:
        """From then on nobody looks."""
        watched.set_up()
        watched.set_up(enabled=False)
        watched.put("march.csv", MONTH)
        watched.wait(timedelta(hours=2))

        assert (watched.statuses(), watched.row().due_at) == ({}, None)

    def test_outside_the_roots_is_refused(self, watched: Watched, tmp_path: Path) -> None:
        """No member reads the server's disk by this."""
        with pytest.raises(FolderRefusedError):
            watched.set_up(url=f"file://{tmp_path}")

    def test_is_set_by_admins_alone(self, watched: Watched) -> None:
        """A reviewer may not."""
        user = UserFactory.create(username="rita")
        command_bus.dispatch(AddMember(project_id=watched.project_id, username="rita", role=Role.REVIEWER))
        with acting_as(Actor.user(user)), pytest.raises(RoleTooLowError):
            watched.set_up()


def test_settling_takes_as_long_as_is_set(watched: Watched, settings: Any) -> None:
    """PICK_UP_SETTLE_SECONDS."""
    settings.PICK_UP_SETTLE_SECONDS = 600
    watched.put("march.csv", MONTH)
    watched.set_up()
    watched.wait(timedelta(seconds=599))
    assert watched.statuses() == {"march.csv": "settling"}

    watched.wait(timedelta(seconds=2))
    assert watched.statuses() == {"march.csv": "imported"}
