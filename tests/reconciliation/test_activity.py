"""Who did what on which day: a read model of the event log."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, Clock, InvalidMessageError, acting_as, command_bus, query_bus, services
from cqrs.projections.rebuilding import rebuild
from cqrs.testing import FrozenClock, drain
from projects.commands.archive_project import ArchiveProject
from projects.commands.delete_project import DeleteProject
from projects.ids import Role
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.take_back_confirmation import TakeBackConfirmation
from reconciliation.commands.unmatch import Unmatch
from reconciliation.ids import Side
from reconciliation.models import ActivityRow
from reconciliation.projections import Activity
from reconciliation.queries.list_activity import ActivityOfDay, ListActivity
from tests.reconciliation.desk import SAME_AMOUNT, Desk

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    clock = FrozenClock(NOON)
    with services.overriding(Clock, clock):
        yield clock


def activity(desk: Desk, days: int = 30) -> tuple[ActivityOfDay, ...]:
    drain()
    return query_bus.ask(ListActivity(project_id=desk.project_id, days=days))


def a_busy_day(desk: Desk) -> None:
    """A run by the owner, a confirmation taken back, a match by hand undone."""
    group = desk.suggest(*SAME_AMOUNT)
    command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id))
    command_bus.dispatch(TakeBackConfirmation(project_id=desk.project_id, group_id=group.id, reason="Too early"))
    made = desk.match(desk.bring(Side.LEFT, {"amount": 1}), desk.bring(Side.RIGHT, {"amount": 1}))
    command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=made, reason="Not these"))


def test_counts_by_day_and_person(clock: FrozenClock, desk: Desk, owner: User) -> None:
    """Each kind of work is counted under whoever did it, newest day first."""
    a_busy_day(desk)
    clock.advance(timedelta(days=1))
    desk.add_member("rita", Role.REVIEWER)
    with acting_as(Actor.user(User.objects.get(username="rita"))):
        desk.match(desk.bring(Side.LEFT, {"amount": 2}), desk.bring(Side.RIGHT, {"amount": 2}))

    today, yesterday = activity(desk)

    assert (today.day, today.person, today.matched, today.undone) == (date(2026, 3, 3), "rita", 1, 0)
    assert (yesterday.day, yesterday.person) == (date(2026, 3, 2), owner.username)
    assert (yesterday.runs, yesterday.confirmed, yesterday.matched, yesterday.undone) == (1, 1, 1, 2)


def test_what_the_platform_does_has_no_person(clock: FrozenClock, desk: Desk) -> None:
    """An automatic run is nobody's work."""
    desk.bring(Side.LEFT, {"amount": 1})
    desk.bring(Side.RIGHT, {"amount": 1})
    desk.publish_rules()
    with acting_as(Actor.system("automatic runs")):
        desk.start()

    [row] = activity(desk)

    assert (row.person, row.runs) == (None, 1)


def test_shows_the_days_asked_for(clock: FrozenClock, desk: Desk) -> None:
    """Today counts as one of them; none and more than a year are refused."""
    desk.match(desk.bring(Side.LEFT, {"amount": 1}), desk.bring(Side.RIGHT, {"amount": 1}))
    clock.advance(timedelta(days=2))

    assert (len(activity(desk, days=3)), len(activity(desk, days=2))) == (1, 0)
    for days in (0, 367):
        with pytest.raises(InvalidMessageError):
            activity(desk, days=days)


def test_a_rebuild_comes_to_the_same(clock: FrozenClock, desk: Desk) -> None:
    """What is read does not depend on whether it was followed or rebuilt."""
    a_busy_day(desk)
    followed = activity(desk)

    rebuild(Activity)

    assert activity(desk) == followed
    assert len(followed) == 1


def test_forgets_a_deleted_project(clock: FrozenClock, desk: Desk) -> None:
    """Nothing is kept of a project that is gone."""
    a_busy_day(desk)
    activity(desk)
    command_bus.dispatch(ArchiveProject(project_id=desk.project_id))
    command_bus.dispatch(DeleteProject(project_id=desk.project_id))
    drain()

    assert not ActivityRow.objects.exists()
