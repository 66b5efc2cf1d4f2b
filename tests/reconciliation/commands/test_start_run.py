import pytest

from cqrs import NotFoundError, command_bus
from cqrs.testing import captured_events, drain
from reconciliation.commands.start_run import NothingToMatchError, RuleSetNotFoundError, RunActiveError, StartRun
from reconciliation.events import RunStarted
from reconciliation.ids import RuleSetId, Side, SourceId
from reconciliation.models import ImportStatus
from tests.reconciliation.desk import BY_REFERENCE, Desk, pairs_of

SAME = {"reference": "INV-1", "amount": 1000}


class TestStartRun:
    def test_queues_a_run_with_the_newest_rule_set(self, desk: Desk) -> None:
        """What is left out is the newest version, every source, every date; a worker learns of it by the event."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        desk.publish_rules()
        desk.publish_rules(BY_REFERENCE | {"name": "Newer"})

        with captured_events() as events:
            run_id = desk.start()

        row = desk.run_row(run_id)
        [event] = [event for event in events if isinstance(event, RunStarted)]
        assert (row.status, row.rule_set_version, row.started_by) == ("queued", 2, "olga")
        assert (event.run_id, event.rule_set_id) == (run_id, row.rule_set_id)

    def test_refuses_a_second_one_at_a_time(self, desk: Desk) -> None:
        """A project has one active run; the next may start when it is over."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        desk.publish_rules()
        desk.start()

        with pytest.raises(RunActiveError):
            desk.start()

        drain()
        assert desk.run().status == "completed"

    def test_asks_for_rules(self, desk: Desk) -> None:
        """Without a published rule set there is nothing to run."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)

        with pytest.raises(RuleSetNotFoundError):
            desk.start()

    def test_asks_for_both_sides(self, desk: Desk) -> None:
        """A side without a committed import is an error, not a run that finds nothing."""
        desk.bring(Side.LEFT, SAME)
        desk.publish_rules()

        with pytest.raises(NothingToMatchError):
            desk.start()

    def test_does_not_count_an_import_that_is_not_committed(self, desk: Desk) -> None:
        """Records on their way in are not there yet."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        desk.force_import_status(Side.RIGHT, ImportStatus.READING)
        desk.publish_rules()

        with pytest.raises(NothingToMatchError):
            desk.start()

    def test_takes_only_the_sources_asked_for(self, desk: Desk) -> None:
        """Of two sources on a side one is matched; the other's records stay open."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        first = desk.sources[Side.RIGHT]
        desk.add_source(Side.RIGHT)
        [other] = desk.bring(Side.RIGHT, SAME)
        desk.publish_rules()

        command_bus.dispatch(StartRun(project_id=desk.project_id, right_source_id=first))
        drain()

        assert len(pairs_of(desk.groups("confirmed"))) == 1
        assert desk.open_ids(Side.RIGHT) == [other]

    @pytest.mark.parametrize(
        "unknown", [{"rule_set_id": RuleSetId(10**9)}, {"left_source_id": SourceId(10**9)}], ids=["rules", "source"]
    )
    def test_does_not_find_what_is_not_there(self, desk: Desk, unknown: dict[str, object]) -> None:
        """An unknown rule set or source is not found."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        desk.publish_rules()

        with pytest.raises(NotFoundError):
            command_bus.dispatch(StartRun(project_id=desk.project_id, **unknown))  # type: ignore[arg-type]
