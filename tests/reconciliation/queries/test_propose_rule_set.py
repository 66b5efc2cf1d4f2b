import pytest

from cqrs import command_bus, query_bus
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.ids import Side
from reconciliation.queries.propose_rule_set import NothingToLookAtError, ProposeRuleSet
from tests.reconciliation.desk import Desk


class TestProposeRuleSet:
    def test_proposes_what_can_be_published_and_finds_the_pairs(self, desk: Desk) -> None:
        """From twenty shared references come rules with evidence that match all of them."""
        rows = [{"reference": f"INV-{number:04}", "amount": 1000 + number} for number in range(20)]
        desk.bring(Side.LEFT, *rows)
        desk.bring(Side.RIGHT, *rows)

        proposal = query_bus.ask(ProposeRuleSet(project_id=desk.project_id))
        command_bus.dispatch(PublishRuleSet(project_id=desk.project_id, name="Proposed", document=proposal.document))

        assert desk.run().confirmed_groups == 20
        assert all(0 <= row.confidence <= 100 and row.because for row in proposal.evidence)

    def test_needs_both_sides(self, desk: Desk) -> None:
        """One side alone shows nothing to match by."""
        desk.bring(Side.LEFT, {"amount": 1})

        with pytest.raises(NothingToLookAtError):
            query_bus.ask(ProposeRuleSet(project_id=desk.project_id))
