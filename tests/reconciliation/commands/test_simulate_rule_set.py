from decimal import Decimal
from typing import Any

import pytest

from cqrs import InvalidMessageError, command_bus, query_bus
from cqrs.testing import drain
from reconciliation.commands.cancel_simulation import CancelSimulation, SimulationOverError
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.simulate_rule_set import NothingToSimulateError, SimulateRuleSet, SimulationActiveError
from reconciliation.ids import Side, SimulationId
from reconciliation.models import RuleSetVersion, SimulationStatus
from reconciliation.queries.get_simulation import BackTestRow, GetSimulation, SimulationRow
from tests.reconciliation.desk import BY_REFERENCE, LATER, SAME_AMOUNT, Desk

INVOICE: dict[str, Any] = {"amount": 1000, "reference": "INV-1"}
FREE: dict[str, Any] = {"amount": 500}
ONLY_REFERENCES = BY_REFERENCE | {"passes": BY_REFERENCE["passes"][:1]}
ANY_AMOUNT = {"name": "Eager", "passes": [{"name": "Amount", "rules": [{"type": "SameAmount"}]}]}


def simulate(desk: Desk, document: dict[str, Any]) -> SimulationRow:
    simulation_id = command_bus.dispatch(SimulateRuleSet(project_id=desk.project_id, document=document))
    drain()
    return look_at(desk, simulation_id)


def look_at(desk: Desk, simulation_id: SimulationId) -> SimulationRow:
    return query_bus.ask(GetSimulation(project_id=desk.project_id, simulation_id=simulation_id))


def back_test(desk: Desk, document: dict[str, Any]) -> BackTestRow:
    found = simulate(desk, document).back_test
    assert found is not None
    return found


class TestSimulateRuleSet:
    def test_tells_what_each_pass_would_find(self, desk: Desk) -> None:
        """Counts and sums by pass and currency, with groups to look at; nothing of it is there afterwards."""
        desk.bring(Side.LEFT, INVOICE, FREE)
        desk.bring(Side.RIGHT, INVOICE, FREE | LATER)
        before = desk.standing()

        found = simulate(desk, BY_REFERENCE)

        assert [(each.pass_name, each.confirmed, each.suggested, each.left_amount) for each in found.passes] == [
            ("Reference and amount", 1, 0, Decimal("10.00")),
            ("Amount alone", 0, 1, Decimal("5.00")),
        ]
        assert [(group.group_status, group.left[0].amount) for group in found.samples] == [
            ("confirmed", Decimal("10.00")),
            ("suggested", Decimal("5.00")),
        ]
        assert (desk.standing(), desk.groups(), RuleSetVersion.objects.count()) == (before, (), 0)

    def test_tells_what_becomes_of_the_suggestions(self, desk: Desk) -> None:
        """Of the one that stands: kept by the same rules, gone by stricter ones, confirmed by more eager ones."""
        desk.suggest(*SAME_AMOUNT)

        same, stricter, eager = (simulate(desk, rules) for rules in (BY_REFERENCE, ONLY_REFERENCES, ANY_AMOUNT))

        assert (same.suggestions_standing, same.suggestions_again) == (1, 1)
        assert (stricter.suggestions_gone, eager.suggestions_confirmed) == (1, 1)

    def test_without_decisions_there_is_nothing_to_test_against(self, desk: Desk) -> None:
        """No figure is made up."""
        desk.suggest(*SAME_AMOUNT)

        assert simulate(desk, BY_REFERENCE).back_test is None

    def test_finds_again_what_people_confirmed(self, desk: Desk) -> None:
        """The same rules win and lose nothing; stricter ones lose the confirmed suggestion."""
        group = desk.suggest(*SAME_AMOUNT)
        command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=group.id, reason="Seen"))

        same, stricter = back_test(desk, BY_REFERENCE), back_test(desk, ONLY_REFERENCES)

        assert (same.won, same.lost, same.changed, same.changes) == (0, 0, 0, ())
        assert same.after.recall == 1
        assert (stricter.lost, stricter.after.recall) == (1, Decimal(0))
        [lost] = stricter.changes
        assert (lost.turn, lost.decision, lost.before, lost.after) == ("lost", "confirmed", "suggested", "open")
        assert (lost.decided_by, lost.reason, lost.left[0].amount) == ("olga", "Seen", Decimal("10.00"))

    def test_wins_what_people_had_to_do_by_hand(self, desk: Desk) -> None:
        """A match by hand that the new rules find is won; confirmed, it counts for their precision."""
        desk.publish_rules(ONLY_REFERENCES)
        left, right = desk.bring(Side.LEFT, FREE), desk.bring(Side.RIGHT, FREE)
        desk.match(left, right)

        found = back_test(desk, ANY_AMOUNT)

        assert found.won == 1
        assert found.before is not None
        assert found.before.recall == 0
        assert (found.after.precision, found.after.recall) == (Decimal(1), Decimal(1))

    def test_proposing_again_what_was_refused_is_lost(self, desk: Desk) -> None:
        """Rules that would confirm a rejected pair are told so, and their precision is nought."""
        group = desk.suggest(*SAME_AMOUNT)
        command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=group.id, reason="Two customers"))
        desk.publish_rules(ONLY_REFERENCES)

        found = back_test(desk, ANY_AMOUNT)

        assert (found.lost, found.after.proposed_again, found.after.precision) == (1, 1, Decimal(0))
        assert (found.changes[0].before, found.changes[0].after) == ("avoided", "confirmed")

    def test_a_record_put_elsewhere_is_told(self, desk: Desk) -> None:
        """The rules take another partner than the person did: lost, and against their precision."""
        [left] = desk.bring(Side.LEFT, FREE)
        _, chosen = desk.bring(Side.RIGHT, FREE, FREE | {"amount": 400})
        desk.match([left], [chosen], adjustments=(desk.fee("-1.00"),))
        desk.publish_rules(ONLY_REFERENCES)

        found = back_test(desk, ANY_AMOUNT)

        assert (found.changed, found.after.precision) == (1, Decimal(0))
        assert (found.changes[0].before, found.changes[0].after) == ("open", "elsewhere")

    def test_runs_one_at_a_time_and_can_be_cancelled(self, desk: Desk) -> None:
        """A second is refused; a cancelled one ends without an answer."""
        desk.bring(Side.LEFT, FREE)
        desk.bring(Side.RIGHT, FREE)
        command = SimulateRuleSet(project_id=desk.project_id, document=ANY_AMOUNT)
        simulation_id = command_bus.dispatch(command)
        cancel = CancelSimulation(project_id=desk.project_id, simulation_id=simulation_id)

        with pytest.raises(SimulationActiveError):
            command_bus.dispatch(command)
        command_bus.dispatch(cancel)
        drain()

        assert look_at(desk, simulation_id).status == SimulationStatus.CANCELLED
        with pytest.raises(SimulationOverError):
            command_bus.dispatch(cancel)

    def test_names_what_is_wrong_with_the_rules(self, desk: Desk) -> None:
        """The pass and the rule, before anything is computed."""
        with pytest.raises(InvalidMessageError, match="Nowhere"):
            simulate(desk, {"passes": [{"name": "A", "rules": [{"type": "Nowhere"}]}]})

    def test_needs_both_sides(self, desk: Desk) -> None:
        """There is nothing to try rules on."""
        desk.bring(Side.LEFT, FREE)

        with pytest.raises(NothingToSimulateError):
            simulate(desk, ANY_AMOUNT)
