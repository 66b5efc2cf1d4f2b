"""I10: every decision has the session's actor, a time and a reason, and stays in the event log after it is undone."""

from dataclasses import fields
from typing import Any

import pytest

from cqrs import Command, command_bus
from cqrs.models import StoredEvent
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.confirm_matches import ConfirmMatches
from reconciliation.commands.keep_apart import KeepApart
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.undo_run import UndoRun
from reconciliation.commands.unmatch import Unmatch
from tests.reconciliation.desk import SAME_AMOUNT, Desk

DECISIONS: tuple[type[Command[Any]], ...] = (
    ConfirmMatch,
    ConfirmMatches,
    RejectMatch,
    MatchByHand,
    KeepApart,
    Unmatch,
    UndoRun,
)


@pytest.mark.parametrize("decision", DECISIONS)
def test_nobody_decides_in_anothers_name(decision: type[Command[Any]]) -> None:
    """A decision takes a reason, and no field could carry an actor or a time."""
    names = {field.name for field in fields(decision)}

    assert "reason" in names
    assert not {name for name in names if "actor" in name or "user" in name or name.endswith(("_by", "_at"))}


def test_the_log_keeps_what_was_undone(desk: Desk) -> None:
    """Confirmed, undone: two events in one stream, each with its actor, time and reason, though the rows are gone."""
    suggestion = desk.suggest(*SAME_AMOUNT)
    command_bus.dispatch(ConfirmMatch(project_id=desk.project_id, group_id=suggestion.id, reason="Same payer"))
    command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=suggestion.id, reason="Not the same"))

    history = StoredEvent.objects.filter(stream=f"group:{suggestion.id}").order_by("position")

    assert [(event.name, event.actor_name) for event in history] == [
        ("MatchConfirmed", "olga"),
        ("MatchUndone", "olga"),
    ]
    for event, reason in zip(history, ("Same payer", "Not the same"), strict=True):
        assert f'"reason":"{reason}"' in event.payload
        assert event.at is not None
