from typing import Any

import pytest

from cqrs import InvalidMessageError, command_bus
from cqrs.testing import captured_events
from reconciliation.commands.keep_apart import KeepApart, MatchedTogetherError
from reconciliation.decisions.joining import WrongSideError
from reconciliation.events import RecordsKeptApart
from reconciliation.ids import RecordId, Side
from reconciliation.models import NeverPair
from tests.reconciliation.desk import Desk

INVOICE: dict[str, Any] = {"amount": 1000, "reference": "INV-1"}


def keep_apart(desk: Desk, left: list[RecordId], right: list[RecordId], reason: str = "Two customers") -> None:
    command_bus.dispatch(KeepApart(project_id=desk.project_id, left=tuple(left), right=tuple(right), reason=reason))


class TestKeepApart:
    def test_no_run_puts_them_together(self, desk: Desk) -> None:
        """Said before any run: a perfect pair stays open."""
        left, right = desk.bring(Side.LEFT, INVOICE), desk.bring(Side.RIGHT, INVOICE)
        desk.publish_rules()

        with captured_events() as events:
            keep_apart(desk, left, right)
        desk.run()

        assert desk.groups() == ()
        [kept] = [event for event in events if isinstance(event, RecordsKeptApart)]
        assert (kept.decided_by_name, kept.reason) == ("olga", "Two customers")

    def test_by_hand_they_may_still_be_matched(self, desk: Desk) -> None:
        """A person who puts them together says more; it is forgotten that they were apart."""
        left, right = desk.bring(Side.LEFT, INVOICE), desk.bring(Side.RIGHT, INVOICE)
        keep_apart(desk, left, right)

        desk.match(left, right)

        assert not NeverPair.objects.exists()

    def test_what_is_matched_is_not_kept_apart(self, desk: Desk) -> None:
        """Unmatching does that, with the same memory."""
        left, right = desk.bring(Side.LEFT, INVOICE), desk.bring(Side.RIGHT, INVOICE)
        desk.match(left, right)

        with pytest.raises(MatchedTogetherError):
            keep_apart(desk, left, right)

    def test_knows_the_sides(self, desk: Desk) -> None:
        """A right record is no left one."""
        left, right = desk.bring(Side.LEFT, INVOICE), desk.bring(Side.RIGHT, INVOICE)

        with pytest.raises(WrongSideError):
            keep_apart(desk, right, left)

    def test_asks_for_a_reason_and_both_sides(self, desk: Desk) -> None:
        """Nothing is forbidden for ever without saying why."""
        left, right = desk.bring(Side.LEFT, INVOICE), desk.bring(Side.RIGHT, INVOICE)

        with pytest.raises(InvalidMessageError, match="Say why"):
            keep_apart(desk, left, right, " ")
        with pytest.raises(InvalidMessageError, match="both sides"):
            keep_apart(desk, left, [])
