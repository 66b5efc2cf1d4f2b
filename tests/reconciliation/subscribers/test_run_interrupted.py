"""Runs that are cancelled, that people decide beside, and whose worker dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cqrs import Clock, LeaseLostError, command_bus, services
from cqrs.deliveries import drain_lane
from cqrs.deliveries.held import StoppingError
from cqrs.testing import FrozenClock, drain
from reconciliation.commands.cancel_run import CancelRun, RunOverError
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.decisions.locks import RunPublishingError
from reconciliation.ids import RunId, Side
from reconciliation.models import MatchGroup, MatchLeg, Run
from reconciliation.progress import ProgressListener
from tests.reconciliation.desk import SAME_AMOUNT, Desk, pairs_of
from tests.reconciliation.listeners import AtStage, KilledError, die

SAME = {"reference": "INV-1", "amount": 1000}


@contextmanager
def at_stage(name: str, happen: object) -> Iterator[None]:
    with services.overriding(ProgressListener, AtStage(name, happen)):  # type: ignore[arg-type]
        yield


@pytest.fixture
def run_id(desk: Desk) -> RunId:
    """Started, not yet delivered: it will confirm one pair."""
    desk.bring(Side.LEFT, SAME)
    desk.bring(Side.RIGHT, SAME)
    desk.publish_rules()
    return desk.start()


def rows_left() -> tuple[int, int]:
    return MatchGroup.objects.count(), MatchLeg.objects.count()


class TestCancel:
    def test_stops_a_run_that_waits_at_once(self, desk: Desk, run_id: RunId) -> None:
        """A queued run is cancelled by the command itself; its delivery does nothing."""
        command_bus.dispatch(CancelRun(project_id=desk.project_id, run_id=run_id))

        assert desk.run_row(run_id).status == "cancelled"
        drain()
        assert desk.run_row(run_id).status == "cancelled"
        assert rows_left() == (0, 0)

    @pytest.mark.parametrize("stage", ["preparing", "Reference and amount", "saving"])
    def test_stops_a_run_under_way(self, desk: Desk, run_id: RunId, stage: str) -> None:
        """Wherever a run is, it stops at its next step and leaves nothing."""
        cancel = CancelRun(project_id=desk.project_id, run_id=run_id)

        with at_stage(stage, lambda: command_bus.dispatch(cancel)):
            drain()

        assert desk.run_row(run_id).status == "cancelled"
        assert rows_left() == (0, 0)
        assert desk.open_ids(Side.LEFT) != []

    def test_lets_the_next_run_start(self, desk: Desk, run_id: RunId) -> None:
        """A cancelled run is not in the way."""
        command_bus.dispatch(CancelRun(project_id=desk.project_id, run_id=run_id))

        assert desk.run().status == "completed"

    def test_is_too_late_for_a_run_that_is_over(self, desk: Desk, run_id: RunId) -> None:
        """A completed run is not cancelled."""
        drain()

        with pytest.raises(RunOverError):
            command_bus.dispatch(CancelRun(project_id=desk.project_id, run_id=run_id))


class TestPeopleMeanwhile:
    def test_win_over_what_the_run_finds(self, desk: Desk, run_id: RunId) -> None:
        """A match made by hand while the run computes stands; the run withholds its group and counts it."""
        [left], [right] = desk.open_ids(Side.LEFT), desk.bring(Side.RIGHT, {"amount": 1000})

        with at_stage("Reference and amount", lambda: desk.match([left], [right])):
            drain()

        run = desk.run_row(run_id)
        assert (run.status, run.confirmed_groups, run.withheld_groups) == ("completed", 0, 1)
        assert pairs_of(desk.groups()) == {(frozenset({left}), frozenset({right}))}

    def test_win_with_a_rejection(self, desk: Desk) -> None:
        """A suggestion that is rejected while the next run computes is not proposed by that run."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        desk.start()
        reject = RejectMatch(project_id=desk.project_id, group_id=suggestion.id)

        with at_stage("Amount alone", lambda: command_bus.dispatch(reject)):
            drain()

        assert desk.groups() == ()

    def test_wait_while_the_run_publishes(self, desk: Desk, run_id: RunId) -> None:
        """While rows are written a decision is refused, so that none is overwritten."""
        [left] = desk.open_ids(Side.LEFT)
        [right] = desk.bring(Side.RIGHT, {"amount": 1000})
        refused = []

        def decide() -> None:
            with pytest.raises(RunPublishingError):
                desk.match([left], [right])
            refused.append(True)

        with at_stage("saving", decide):
            drain()

        assert refused == [True]
        assert desk.run_row(run_id).status == "completed"

    def test_do_not_see_half_a_run(self, desk: Desk, run_id: RunId) -> None:
        """Rows that are written and not yet published are in no list and in no figure."""
        seen = []

        def look() -> None:
            assert rows_left() != (0, 0)
            seen.append((desk.groups(), len(desk.open_ids(Side.LEFT)), desk.standing().match_rate))

        with at_stage("saving", look):
            drain()

        assert seen == [((), 1, Decimal(0))]


class TestKilledWorker:
    @pytest.mark.parametrize("stage", ["preparing", "Reference and amount", "saving"])
    def test_is_followed_by_one_that_starts_over(self, desk: Desk, run_id: RunId, stage: str) -> None:
        """A run whose worker died is taken up again once its lease lapsed, and comes to the same end."""
        clock = FrozenClock(datetime(2026, 3, 9, 12, tzinfo=UTC))
        with services.overriding(Clock, clock):
            command_bus.dispatch(CancelRun(project_id=desk.project_id, run_id=run_id))
            again = desk.start()
            with at_stage(stage, die), pytest.raises(KilledError):
                drain()
            clock.advance(timedelta(minutes=5))

            drain()

        assert desk.run_row(again).status == "completed"
        assert rows_left() == (1, 2)
        assert Run.objects.get(pk=again).attempt == 2

    def test_gives_up_after_a_few_attempts(self, desk: Desk, run_id: RunId) -> None:
        """A run that kills every worker fails with a reason instead of blocking its project for ever."""
        del run_id
        clock = FrozenClock(datetime.now(UTC))
        with services.overriding(Clock, clock):
            for _ in range(3):
                with at_stage("saving", die), pytest.raises(KilledError):
                    drain()
                clock.advance(timedelta(minutes=5))
            drain()

        run = Run.objects.latest("id")
        assert run.status == "failed"
        assert "taken up 3 times" in run.error
        assert rows_left() == (0, 0)

    def test_that_are_told_to_stop_use_no_attempt_up(self, desk: Desk, run_id: RunId) -> None:
        """However often the workers are restarted while a run is under way, it is taken up again and completes."""

        def stop() -> None:
            raise StoppingError

        while Run.objects.get(pk=run_id).handed_back < 5:
            once = iter([False, True])
            with at_stage("saving", stop):
                drain_lane(long=True, turn_over=lambda turns=once: next(turns))  # type: ignore[misc]  # of this round
            assert desk.run_row(run_id).status == "queued"
        drain()

        run = Run.objects.get(pk=run_id)
        assert (run.status, run.attempt, run.handed_back) == ("completed", 6, 5)
        assert rows_left() == (1, 2)

    def test_that_comes_back_to_life_writes_nothing(self, desk: Desk, run_id: RunId) -> None:
        """A worker that slept through its lease finds the run taken over and leaves the other one's rows alone."""
        clock = FrozenClock(datetime.now(UTC))

        def be_overtaken() -> None:
            clock.advance(timedelta(minutes=5))
            drain()

        overtaken = at_stage("Reference and amount", be_overtaken)
        with services.overriding(Clock, clock), overtaken, pytest.raises(LeaseLostError):
            drain()

        assert desk.run_row(run_id).status == "completed"
        assert rows_left() == (1, 2)

    def test_by_an_error_lets_people_decide_and_says_what_happened(self, desk: Desk, run_id: RunId) -> None:
        """An attempt that fails puts the run back, visibly, and the next one completes it."""

        def fail() -> None:
            raise OSError("No space left on device")

        clock = FrozenClock(datetime.now(UTC))
        with services.overriding(Clock, clock):
            with at_stage("saving", fail), pytest.raises(OSError, match="No space"):
                drain()
            waiting = desk.run_row(run_id)
            clock.advance(timedelta(minutes=5))
            drain()

        assert (waiting.status, waiting.error) == ("queued", "OSError: No space left on device")
        assert desk.run_row(run_id).status == "completed"
