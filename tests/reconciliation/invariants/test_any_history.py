"""Whatever people and runs do to a project, in whatever order, its invariants hold after each step."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cqrs import Actor, acting_as, command_bus
from cqrs.testing import drain
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.take_back_confirmation import TakeBackConfirmation
from reconciliation.commands.undo_run import UndoRun
from reconciliation.commands.unmatch import Unmatch
from reconciliation.decisions.balance import AdjustmentLine
from reconciliation.ids import RecordId, Side
from reconciliation.queries.group_rows import GroupRow
from tests.effort import examples
from tests.factories import UserFactory, make_project
from tests.reconciliation.desk import DAY, LATER, Desk

# Few values, so that records meet: by reference and amount, by amount alone, nearly, and as twins.
ROWS = st.lists(
    st.builds(
        lambda amount, reference, days, currency: {
            "amount": amount,
            "reference": reference,
            "currency": currency,
            "booking_date": DAY + timedelta(days=days),
            "value_date": DAY + timedelta(days=days),
        },
        st.sampled_from([100, 200, 300, 350]),
        st.sampled_from([None, "INV-1", "INV-2"]),
        st.integers(0, 4),
        st.sampled_from(["EUR", "EUR", "USD"]),
    ),
    min_size=1,
    max_size=4,
)
# A month that begins with a confirmed pair, a suggestion that balances, one that does not, and two that stay open.
ONE = {"amount": 100, "reference": "INV-1", "currency": "EUR", "booking_date": DAY, "value_date": DAY}
TWO = ONE | {"amount": 300, "reference": "INV-2"}
FREE = ONE | {"amount": 200, "reference": None}
LONELY = ONE | {"amount": 170, "reference": None}
CHOICE = st.integers(0, 99)


class History(RuleBasedStateMachine):
    """A project, and beside it what people decided, as one would note it on paper."""

    # How often each decision was made in all the histories.
    decisions: ClassVar[Counter[str]] = Counter()

    @initialize()
    def open_project(self) -> None:
        owner = UserFactory.create()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.acting = acting_as(Actor.user(owner), source="test")
        self.acting.__enter__()
        self.desk = Desk(make_project(owner))
        self.desk.publish_rules()
        self.records: dict[RecordId, dict[str, Any]] = {}
        self.made: set[int] = set()
        self.refused: set[tuple[RecordId, RecordId]] = set()
        self._bring(Side.LEFT, [ONE, FREE, TWO, LONELY])
        self._bring(Side.RIGHT, [ONE, FREE | LATER, TWO | {"amount": 350}, LONELY | {"amount": 150}])
        assert self.desk.run().suggested_groups == 2

    def teardown(self) -> None:
        if hasattr(self, "acting"):
            self.acting.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @rule(side=st.sampled_from(list(Side)), rows=ROWS)
    def bring(self, side: Side, rows: list[dict[str, Any]]) -> None:
        self._bring(side, rows)

    @precondition(lambda self: {row["side"] for row in self.records.values()} == set(Side))
    @rule()
    def run(self) -> None:
        assert self.desk.run().status == "completed"

    @rule(choice=CHOICE)
    def confirm(self, choice: int) -> None:
        if group := self._one(self.desk.groups("suggested"), choice):
            lines = (AdjustmentLine(kind="rounding", amount=-group.difference),) if group.difference else ()
            command_bus.dispatch(
                ConfirmMatch(project_id=self.desk.project_id, group_id=group.id, adjustments=lines, reason="Seen")
            )
            self.made.add(group.id)
            self.decisions["confirmed"] += 1

    @rule(choice=CHOICE)
    def reject(self, choice: int) -> None:
        if group := self._one(self.desk.groups("suggested"), choice):
            command_bus.dispatch(RejectMatch(project_id=self.desk.project_id, group_id=group.id, reason="No"))
            self.decisions["rejected"] += 1
            self._refuse(group)

    @rule(choice=CHOICE)
    def take_back(self, choice: int) -> None:
        """Confirm and think better of it: as if nothing had happened."""
        if group := self._one([group for group in self.desk.groups("suggested") if not group.difference], choice):
            project_id = self.desk.project_id
            command_bus.dispatch(ConfirmMatch(project_id=project_id, group_id=group.id))
            command_bus.dispatch(TakeBackConfirmation(project_id=project_id, group_id=group.id))
            self.decisions["taken back"] += 1

    @rule(choice=CHOICE)
    def unmatch(self, choice: int) -> None:
        if group := self._one(self.desk.groups("confirmed"), choice):
            command_bus.dispatch(Unmatch(project_id=self.desk.project_id, group_id=group.id, reason="Wrong"))
            self.made.discard(group.id)
            self.decisions["undone"] += 1
            self._refuse(group)

    @precondition(lambda self: any(group.run_id for group in self.desk.groups()))
    @rule()
    def undo_run(self) -> None:
        """Take back the run that found the newest group; what people decided on stands."""
        run_id = max(group.run_id for group in self.desk.groups() if group.run_id)
        if self.desk.run_row(run_id).status == "completed":
            command_bus.dispatch(UndoRun(project_id=self.desk.project_id, run_id=run_id, reason="Wrong rules"))
            drain()
            assert self.desk.run_row(run_id).status == "undone"
            self.decisions["taken back whole"] += 1

    @rule(choice=CHOICE, other=CHOICE)
    def match_by_hand(self, choice: int, other: int) -> None:
        left = self._one([item.record for item in self.desk.open_items(Side.LEFT)], choice)
        right = self._one([item.record for item in self.desk.open_items(Side.RIGHT)], other)
        if not left or not right or left.currency != right.currency:
            return
        short = (right.amount or Decimal(0)) - (left.amount or Decimal(0))
        lines = (AdjustmentLine(kind="fee", amount=short),) if short else ()
        self.made.add(self.desk.match([left.id], [right.id], adjustments=lines, reason="By hand"))
        self.refused.discard((left.id, right.id))
        self.decisions["made"] += 1

    @invariant()
    def each_record_is_in_one_group_at_most(self) -> None:
        """I1, and the same for suggestions."""
        used = Counter(leg.record.id for group in self._groups() for leg in (*group.left, *group.right))
        assert set(used.values()) <= {1}

    @invariant()
    def each_confirmed_group_nets_to_zero(self) -> None:
        """I2, from the amounts of the legs themselves."""
        for group in self._groups("confirmed"):
            legs = sum(leg.amount for leg in group.left) - sum(leg.amount for leg in group.right)
            assert legs == group.difference
            assert legs + sum(line.amount for line in group.adjustments) == 0
            assert len({leg.record.currency for leg in (*group.left, *group.right)}) == 1

    @invariant()
    def every_record_stands_somewhere_once(self) -> None:
        """I3: by count and by amount, against the paper, the groups and the open items."""
        if not self.records:
            return
        stands = {leg.record.id: group.status for group in self._groups() for leg in (*group.left, *group.right)}
        stands |= {record_id: "open" for side in Side for record_id in self.desk.open_ids(side)}
        assert stands.keys() == self.records.keys()
        expected: Counter[tuple[str, str, str]] = Counter()
        amounts: Counter[tuple[str, str, str]] = Counter()
        for record_id, row in self.records.items():
            expected[row["side"], row["currency"], stands[record_id]] += 1
            amounts[row["side"], row["currency"], stands[record_id]] += row["amount"]
        for line in self.desk.standing().rows:
            for state in ("confirmed", "suggested", "open"):
                tally = getattr(line, state)
                assert tally.count == expected[line.side, line.currency, state]
                assert tally.amount == Decimal(amounts[line.side, line.currency, state]) / 100
            assert line.confirmed + line.suggested + line.open + line.excluded == line.total

    @invariant()
    def what_people_made_stands(self) -> None:
        """I11: no run removes it."""
        assert self.made <= {group.id for group in self._groups("confirmed")}

    @invariant()
    def what_people_refused_is_not_proposed(self) -> None:
        for group in self._groups():
            if group.id not in self.made:
                pairs = {(one.record.id, other.record.id) for one in group.left for other in group.right}
                assert not pairs & self.refused

    def _bring(self, side: Side, rows: list[dict[str, Any]]) -> None:
        for record_id, row in zip(self.desk.bring(side, *rows), rows, strict=True):
            self.records[record_id] = row | {"side": side}

    def _groups(self, status: str | None = None) -> tuple[GroupRow, ...]:
        return self.desk.groups(status) if hasattr(self, "desk") else ()

    def _one(self, choices: Sequence[Any], choice: int) -> Any:
        return choices[choice % len(choices)] if choices else None

    def _refuse(self, group: GroupRow) -> None:
        self.refused |= {(one.record.id, other.record.id) for one in group.left for other in group.right}


@pytest.mark.django_db
def test_invariants_hold_after_any_history() -> None:
    """Imports, runs and decisions in any order keep I1, I2, I3 and I11."""
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=examples(3),
            stateful_step_count=10,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert History.decisions.total() > 0
