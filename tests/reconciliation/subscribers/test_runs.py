"""What a run does to a project, from the command to what people see."""

from datetime import date

from cqrs import command_bus
from cqrs.testing import captured_events, drain
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.unmatch import Unmatch
from reconciliation.events import RunCompleted
from reconciliation.ids import Side
from reconciliation.models import MatchGroup, MatchLeg, Run
from tests.reconciliation.desk import LATER, SAME_AMOUNT, Desk, pairs_of

SAME = {"reference": "INV-1", "amount": 1000}


class TestRun:
    def test_confirms_what_the_rules_find(self, desk: Desk) -> None:
        """Two records with one reference and one amount are in one confirmed group after the run."""
        [left], [right] = desk.bring(Side.LEFT, SAME), desk.bring(Side.RIGHT, SAME)
        desk.publish_rules()

        run = desk.run()

        assert (run.status, run.progress, run.confirmed_groups) == ("completed", 100, 1)
        assert pairs_of(desk.groups("confirmed")) == {(frozenset({left}), frozenset({right}))}
        assert {"preparing", "saving"} <= {stage.name for stage in run.stages}

    def test_tells_of_itself_once_however_many_groups_it_finds(self, desk: Desk) -> None:
        """One event for three groups."""
        rows = [{"reference": f"INV-{number}", "amount": number} for number in (1, 2, 3)]
        desk.bring(Side.LEFT, *rows)
        desk.bring(Side.RIGHT, *rows)
        desk.publish_rules()

        with captured_events() as events:
            desk.run()

        [event] = [event for event in events if isinstance(event, RunCompleted)]
        assert (event.confirmed_groups, event.suggested_groups) == (3, 0)

    def test_leaves_out_what_is_dated_after_the_cut_off(self, desk: Desk) -> None:
        """A pair of April is open in a run up to March."""
        april = SAME | {"booking_date": date(2026, 4, 1), "value_date": date(2026, 4, 1)}
        desk.bring(Side.LEFT, april)
        desk.bring(Side.RIGHT, april)
        desk.publish_rules()

        desk.run(cut_off=date(2026, 3, 31))

        assert desk.groups() == ()

    def test_says_why_it_failed(self, desk: Desk) -> None:
        """A rule set that names a field nobody has ends the run with that text, and nothing is blocked by it."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        rule = {"type": "SameField", "left": "batch", "right": "batch"}
        desk.publish_rules({"name": "Odd", "passes": [{"name": "Batch", "cardinality": "1:1", "rules": [rule]}]})

        failed = desk.run()
        desk.publish_rules()
        repaired = desk.run()

        assert failed.status == "failed"
        assert "batch" in failed.error
        assert repaired.status == "completed"


class TestNextRun:
    def test_keeps_what_a_run_confirmed(self, desk: Desk) -> None:
        """A confirmed group of the first run is the same group after the second."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        desk.publish_rules()
        desk.run()
        before = desk.groups("confirmed")

        desk.run()

        assert desk.groups("confirmed") == before

    def test_keeps_what_a_person_confirmed_and_made(self, desk: Desk) -> None:
        """A confirmed suggestion and a match by hand stand, though the rules would pair them otherwise (I11)."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id))
        one, other = desk.bring(Side.LEFT, SAME, SAME | {"reference": "INV-2"})
        right = desk.bring(Side.RIGHT, SAME)
        by_hand = desk.match([other], right)

        desk.run()

        assert {group.id for group in desk.groups("confirmed")} == {suggestion.id, by_hand}
        assert desk.open_ids(Side.LEFT) == [one]

    def test_replaces_suggestions(self, desk: Desk) -> None:
        """The second run's suggestion takes the place of the first one's, whose rows are swept."""
        first = desk.suggest(*SAME_AMOUNT)

        desk.run()

        [second] = desk.groups()
        assert second.id != first.id
        assert pairs_of([second]) == pairs_of([first])
        assert list(MatchGroup.objects.values_list("id", flat=True)) == [second.id]
        assert set(MatchLeg.objects.values_list("group_id", flat=True)) == {second.id}

    def test_remembers_what_was_rejected_and_undone(self, desk: Desk) -> None:
        """Neither a rejected suggestion nor an undone match comes back, run after run."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        desk.run()
        [undone] = desk.groups("confirmed")
        [suggestion] = desk.groups("suggested")
        command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=suggestion.id))
        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=undone.id, reason="Two customers"))

        refused = pairs_of([suggestion, undone])
        for _ in range(2):
            desk.run()

            assert not pairs_of(desk.groups()) & refused

    def test_finds_what_came_in_meanwhile(self, desk: Desk) -> None:
        """A later file's records are matched with what was open."""
        [left] = desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, {"reference": "INV-9", "amount": 9})
        desk.publish_rules()
        desk.run()
        [right] = desk.bring(Side.RIGHT, SAME | LATER)

        desk.run()

        assert pairs_of(desk.groups("confirmed")) == {(frozenset({left}), frozenset({right}))}

    def test_ignores_the_delivery_of_a_run_that_is_over(self, desk: Desk) -> None:
        """A run that was delivered and a delivery too many is one run."""
        desk.bring(Side.LEFT, SAME)
        desk.bring(Side.RIGHT, SAME)
        desk.publish_rules()
        run = desk.run()

        drain()

        assert Run.objects.get(pk=run.id).attempt == 1
        assert len(desk.groups()) == 1
