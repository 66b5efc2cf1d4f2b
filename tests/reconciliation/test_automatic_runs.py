"""The project that runs by itself: as soon as both sides have arrived, with a reminder where one does not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, Clock, InvalidMessageError, acting_as, command_bus, query_bus, services
from cqrs.models import Delivery, ProcessState, StoredEvent
from cqrs.testing import FrozenClock, drain
from projects.access import RoleTooLowError
from projects.commands.archive_project import ArchiveProject
from projects.commands.delete_project import DeleteProject
from projects.commands.restore_project import RestoreProject
from projects.ids import Role
from reconciliation.commands.cancel_run import CancelRun
from reconciliation.commands.set_automatic_runs import SetAutomaticRuns
from reconciliation.ids import RunId, Side
from reconciliation.models import AutomaticRuns, Run
from reconciliation.queries.get_automatic_runs import AutomaticRunsDetail, GetAutomaticRuns, MissingSide
from tests.reconciliation.desk import Desk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EARLY = timedelta(hours=7, minutes=59)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    clock = FrozenClock(NOON)
    with services.overriding(Clock, clock):
        yield clock


@pytest.fixture
def automatic(clock: FrozenClock, desk: Desk) -> Desk:
    """A desk whose reviewers want it to run by itself, and to be reminded after eight hours."""
    desk.publish_rules()
    wish(desk)
    return desk


def wish(desk: Desk, *, enabled: bool = True, hours: int = 8) -> None:
    command_bus.dispatch(
        SetAutomaticRuns(project_id=desk.project_id, enabled=enabled, remind_after_hours=hours),
    )
    drain()


def arrive(desk: Desk, *sides: Side) -> None:
    for side in sides:
        desk.bring(side, {"amount": 1000})
    drain()


def runs() -> int:
    return Run.objects.count()


def shown(desk: Desk) -> AutomaticRunsDetail:
    return query_bus.ask(GetAutomaticRuns(project_id=desk.project_id))


def missing(desk: Desk) -> Side | None:
    reminder = shown(desk).missing
    return reminder.side if reminder else None


class TestRunning:
    def test_runs_once_both_sides_are_there(self, automatic: Desk) -> None:
        """The first side alone starts nothing; the second starts one run, as the platform."""
        arrive(automatic, Side.LEFT)
        assert runs() == 0

        arrive(automatic, Side.RIGHT)

        run = Run.objects.get()
        assert (run.status, run.started_by, run.started_by_name) == ("completed", None, "automatic runs")

    def test_needs_both_sides_again_after_a_run(self, automatic: Desk) -> None:
        """What one run has covered does not count for the next."""
        arrive(automatic, Side.LEFT, Side.RIGHT)
        arrive(automatic, Side.LEFT)
        assert runs() == 1

        arrive(automatic, Side.RIGHT)

        assert runs() == 2

    def test_a_run_by_a_person_counts_too(self, automatic: Desk) -> None:
        """Whoever runs covers what arrived before."""
        arrive(automatic, Side.LEFT, Side.RIGHT)
        arrive(automatic, Side.LEFT)
        automatic.run()

        arrive(automatic, Side.RIGHT)

        assert runs() == 2

    def test_waits_for_the_run_that_is_under_way(self, automatic: Desk) -> None:
        """What arrives while a run is active is run when that one ends."""
        arrive(automatic, Side.LEFT, Side.RIGHT)
        started = automatic.start()
        hold_back_the_run(started)
        arrive(automatic, Side.LEFT, Side.RIGHT)
        assert runs() == 2

        command_bus.dispatch(CancelRun(project_id=automatic.project_id, run_id=started))
        let_go()

        assert list(Run.objects.order_by("id").values_list("status", flat=True)) == [
            "completed",
            "cancelled",
            "completed",
        ]

    def test_waits_for_rules(self, clock: FrozenClock, desk: Desk) -> None:
        """Without rules there is nothing to run; publishing them starts the run."""
        wish(desk)
        arrive(desk, Side.LEFT, Side.RIGHT)
        assert runs() == 0

        desk.publish_rules()
        drain()

        assert runs() == 1

    def test_is_not_wanted_unless_somebody_says_so(self, clock: FrozenClock, desk: Desk) -> None:
        """A project that did not ask for it runs by hand, and nothing is remembered of it."""
        desk.publish_rules()
        arrive(desk, Side.LEFT, Side.RIGHT)

        assert (runs(), ProcessState.objects.count(), shown(desk).enabled) == (0, 0, False)

    def test_can_be_stopped(self, automatic: Desk) -> None:
        """Once switched off nothing runs by itself any more."""
        wish(automatic, enabled=False)
        arrive(automatic, Side.LEFT, Side.RIGHT)

        assert (runs(), shown(automatic).enabled) == (0, False)

    def test_rests_while_the_project_is_archived(self, automatic: Desk) -> None:
        """An archived project takes no run; restored, it makes up for it."""
        arrive(automatic, Side.LEFT)
        command_bus.dispatch(ArchiveProject(project_id=automatic.project_id))
        drain()
        with acting_as(Actor.system("late import")):
            arrive(automatic, Side.RIGHT)
        assert runs() == 0

        command_bus.dispatch(RestoreProject(project_id=automatic.project_id))
        drain()

        assert runs() == 1

    def test_ends_with_the_project(self, automatic: Desk) -> None:
        """A deleted project leaves neither a wish nor a process under way."""
        command_bus.dispatch(ArchiveProject(project_id=automatic.project_id))
        command_bus.dispatch(DeleteProject(project_id=automatic.project_id))
        drain()

        assert not AutomaticRuns.objects.exists()
        assert not ProcessState.objects.filter(ended_at=None).exists()


class TestReminding:
    def test_reminds_of_the_side_that_is_missing(self, automatic: Desk, clock: FrozenClock) -> None:
        """After the hours agreed, not before, members see which side is missing and since when the other waits."""
        arrive(automatic, Side.LEFT)
        clock.advance(EARLY)
        drain()
        assert shown(automatic).missing is None

        clock.advance(MINUTE)
        drain()

        assert shown(automatic).missing == MissingSide(side=Side.RIGHT, waiting_since=NOON)
        assert StoredEvent.objects.filter(name="SideMissing").count() == 1

    def test_more_files_of_the_same_side_do_not_put_it_off(self, automatic: Desk, clock: FrozenClock) -> None:
        """The hours count from the first file that waits."""
        arrive(automatic, Side.LEFT)
        clock.advance(EARLY)
        arrive(automatic, Side.LEFT)
        clock.advance(MINUTE)
        drain()

        assert missing(automatic) is Side.RIGHT

    def test_is_withdrawn_when_the_side_arrives(self, automatic: Desk, clock: FrozenClock) -> None:
        """The project runs, and nobody is reminded of what is there."""
        arrive(automatic, Side.LEFT)
        clock.advance(EARLY + MINUTE)
        drain()
        arrive(automatic, Side.RIGHT)

        assert (shown(automatic).missing, runs()) == (None, 1)
        assert StoredEvent.objects.filter(name="ReminderWithdrawn").count() == 1

    def test_nobody_is_reminded_of_what_came_in_time(self, automatic: Desk, clock: FrozenClock) -> None:
        """The reminder that waited for its time is cancelled."""
        arrive(automatic, Side.LEFT, Side.RIGHT)
        clock.advance(EARLY + MINUTE)
        drain()

        assert not StoredEvent.objects.filter(name="SideMissing").exists()

    def test_goes_by_the_newest_wish(self, automatic: Desk, clock: FrozenClock) -> None:
        """Other hours count from when they were set."""
        arrive(automatic, Side.LEFT)
        wish(automatic, hours=1)
        clock.advance(timedelta(hours=1))
        drain()

        assert missing(automatic) is Side.RIGHT


class TestWish:
    def test_is_a_matter_for_reviewers(self, desk: Desk) -> None:
        """A preparer may run, but not have the project run by itself."""
        desk.add_member("paul", Role.PREPARER)

        with acting_as(Actor.user(User.objects.get(username="paul"))), pytest.raises(RoleTooLowError):
            wish(desk)

    def test_hours_are_bounded(self, desk: Desk) -> None:
        """A reminder after no time at all, or after years, is a mistake."""
        with pytest.raises(InvalidMessageError):
            wish(desk, hours=0)


def hold_back_the_run(run_id: RunId) -> None:
    """Its worker does not get to it yet."""
    events = StoredEvent.objects.filter(name="RunStarted", stream=f"run:{run_id}").values("sequence")
    own = Delivery.objects.filter(event__in=events).exclude(subscriber_key__startswith="cqrs.")
    assert own.update(available_at="2099-01-01T00:00Z")


def let_go() -> None:
    Delivery.objects.filter(status="waiting", available_at__year=2099).update(available_at="2000-01-01T00:00Z")
    drain()
