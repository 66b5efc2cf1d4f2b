"""What a run does to a project, from the command to the pages."""

from reconciliation.ids import Side
from tests.reconciliation.desk import Desk, pairs_of


class TestMatchOpenItems:
    def test_confirms_what_the_rules_find(self, desk: Desk) -> None:
        """Two records with one reference and one amount are in one confirmed group after the run."""
        [left] = desk.bring(Side.LEFT, {"reference": "INV-1", "amount": 1000})
        [right] = desk.bring(Side.RIGHT, {"reference": "INV-1", "amount": 1000})
        desk.publish_rules()

        run = desk.run()

        assert run.status == "completed"
        assert pairs_of(desk.groups("confirmed")) == {(frozenset({left}), frozenset({right}))}
