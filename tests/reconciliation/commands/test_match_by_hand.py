from decimal import Decimal

import pytest

from cqrs import DomainError, InvalidMessageError, NotFoundError, command_bus
from cqrs.testing import captured_events
from projects.access import Role
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.unmatch import Unmatch
from reconciliation.decisions.balance import AdjustmentLine, UnbalancedMatchError
from reconciliation.decisions.joining import AmountMissingError, MixedCurrenciesError, WrongSideError
from reconciliation.decisions.locks import RecordTakenError
from reconciliation.events import MatchMade
from reconciliation.ids import RecordId, Side
from reconciliation.models import NeverPair
from tests.factories import UserFactory, make_project
from tests.reconciliation.desk import BY_REFERENCE, SAME_AMOUNT, Desk


class TestMatchByHand:
    def test_confirms_many_against_one(self, desk: Desk) -> None:
        """Two records that add up to a third are one confirmed group of the person who put them together."""
        left = desk.bring(Side.LEFT, {"amount": 3000})
        right = desk.bring(Side.RIGHT, {"amount": 1000}, {"amount": 2000})

        group_id = desk.match(left, right, reason="Paid in one")

        [group] = desk.groups("confirmed")
        assert (group.id, group.origin, group.decided_by, group.reason) == (group_id, "person", "olga", "Paid in one")
        assert [leg.amount for leg in group.right] == [Decimal("10.00"), Decimal("20.00")]
        assert group.difference == 0

    def test_refuses_what_does_not_net_to_zero(self, desk: Desk) -> None:
        """The error says by how much, and both records stay open (I2)."""
        left, right = desk.bring(Side.LEFT, {"amount": 900}), desk.bring(Side.RIGHT, {"amount": 1000})

        with pytest.raises(UnbalancedMatchError, match=r"Add adjustments of 1\.00 EUR"):
            desk.match(left, right)

        assert desk.open_ids(Side.LEFT) == left

    def test_takes_a_typed_adjustment(self, desk: Desk) -> None:
        """9.00 and a fee of 1.00 is 10.00."""
        left, right = desk.bring(Side.LEFT, {"amount": 900}), desk.bring(Side.RIGHT, {"amount": 1000})

        desk.match(left, right, adjustments=(desk.fee("1.00"),))

        [group] = desk.groups("confirmed")
        assert group.difference == Decimal("-1.00")
        assert group.adjustments[0].amount == Decimal("1.00")

    def test_takes_an_entry_and_its_reversal_of_one_side(self, desk: Desk) -> None:
        """A contra is one-sided and nets by its plain sum."""
        entry, reversal = desk.bring(Side.RIGHT, {"amount": 500}, {"amount": -500})

        desk.match([], [entry, reversal])

        assert desk.open_ids(Side.RIGHT) == []

    def test_writes_a_single_record_off(self, desk: Desk) -> None:
        """One record and an adjustment of its whole amount net to zero."""
        left = desk.bring(Side.LEFT, {"amount": 3})
        line = AdjustmentLine(kind="write_off", amount=Decimal("-0.03"), reason="Below the limit")

        desk.match(left, [], adjustments=(line,))

        assert desk.open_ids(Side.LEFT) == []

    def test_compares_amounts_of_different_scales(self, desk: Desk) -> None:
        """10.00 and 10.0000 are the same money."""
        left = desk.bring(Side.LEFT, {"amount": 1000, "scale": 2})
        right = desk.bring(Side.RIGHT, {"amount": 100000, "scale": 4})

        desk.match(left, right)

        assert len(desk.groups("confirmed")) == 1

    def test_follows_the_rule_sets_signs(self, desk: Desk) -> None:
        """Where the other side books the same money with the other sign, 10.00 and -10.00 net to zero."""
        left, right = desk.bring(Side.LEFT, {"amount": 1000}), desk.bring(Side.RIGHT, {"amount": -1000})
        desk.publish_rules(BY_REFERENCE | {"opposite_signs": True})

        desk.match(left, right)

        [group] = desk.groups("confirmed")
        assert group.right[0].amount == Decimal("10.00")

    def test_is_bounded(self, desk: Desk) -> None:
        """A thousand records are a match that somebody can still look at."""
        with pytest.raises(InvalidMessageError, match="At most 1000 records"):
            desk.match([RecordId(number) for number in range(1001)], [])

    def test_refuses_two_currencies(self, desk: Desk) -> None:
        """Ten euros are not ten dollars."""
        left = desk.bring(Side.LEFT, {"amount": 1000, "currency": "EUR"})
        right = desk.bring(Side.RIGHT, {"amount": 1000, "currency": "USD"})

        with pytest.raises(MixedCurrenciesError, match="EUR, USD"):
            desk.match(left, right)

    def test_refuses_amounts_next_to_none(self, desk: Desk) -> None:
        """A record without an amount is not one of zero."""
        left = desk.bring(Side.LEFT, {"amount": 0})
        right = desk.bring(Side.RIGHT, {"amount": None})

        with pytest.raises(AmountMissingError):
            desk.match(left, right)

    def test_refuses_a_record_that_is_taken(self, desk: Desk) -> None:
        """A record is in one confirmed group at most (I1)."""
        left = desk.bring(Side.LEFT, {"amount": 1000})
        first, second = desk.bring(Side.RIGHT, {"amount": 1000}, {"amount": 1000})
        desk.match(left, [first])

        with pytest.raises(RecordTakenError):
            desk.match(left, [second])

    def test_refuses_a_record_on_the_wrong_side(self, desk: Desk) -> None:
        """A side is where the record's source stands."""
        left, right = desk.bring(Side.LEFT, {"amount": 1000}), desk.bring(Side.RIGHT, {"amount": 1000})

        with pytest.raises(WrongSideError):
            desk.match(right, left)

    def test_does_not_see_another_projects_record(self, desk: Desk) -> None:
        """A record's id in the wrong project is not found (I14)."""
        elsewhere = Desk(make_project(UserFactory.create(username="otto"), olga=Role.ADMIN))
        left, right = desk.bring(Side.LEFT, {"amount": 1000}), elsewhere.bring(Side.RIGHT, {"amount": 1000})

        with pytest.raises(NotFoundError):
            desk.match(left, right)

    def test_withdraws_the_suggestions_of_its_records(self, desk: Desk) -> None:
        """A person's match wins over a suggestion; the event says which one was withdrawn, its other record is open."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        taken, freed = suggestion.left[0].record.id, suggestion.right[0].record.id
        other = desk.bring(Side.RIGHT, {"amount": 1000})

        with captured_events() as events:
            desk.match([taken], other)

        [event] = [event for event in events if isinstance(event, MatchMade)]
        assert event.withdrawn_group_ids == (suggestion.id,)
        assert [group.status for group in desk.groups()] == ["confirmed"]
        assert desk.open_ids(Side.RIGHT) == [freed]

    def test_takes_back_an_earlier_refusal(self, desk: Desk) -> None:
        """What a person rejected a person may match; it is not remembered as refused any more."""
        suggestion = desk.suggest(*SAME_AMOUNT)
        left, right = suggestion.left[0].record.id, suggestion.right[0].record.id
        command_bus.dispatch(RejectMatch(project_id=desk.project_id, group_id=suggestion.id))

        desk.match([left], [right])

        assert not NeverPair.objects.filter(project_id=desk.project_id).exists()

    def test_can_be_made_again_after_it_was_undone(self, desk: Desk) -> None:
        """Unmatching frees the records for the same person to match them again."""
        left, right = desk.bring(Side.LEFT, {"amount": 1000}), desk.bring(Side.RIGHT, {"amount": 1000})
        group_id = desk.match(left, right)
        command_bus.dispatch(Unmatch(project_id=desk.project_id, group_id=group_id, reason="Tried"))

        desk.match(left, right)

        assert len(desk.groups("confirmed")) == 1

    @pytest.mark.parametrize(
        ("fields", "problem"),
        [
            ({}, "at least two records"),
            ({"left": (RecordId(1),)}, "at least two records"),
            ({"left": (RecordId(1), RecordId(1))}, "named twice"),
            ({"left": (RecordId(1),), "right": (RecordId(1),)}, "named twice"),
            (
                {"left": (RecordId(1),), "adjustments": (AdjustmentLine(kind="gift", amount=Decimal(1)),)},
                "'gift' is none of fee",
            ),
            (
                {"left": (RecordId(1),), "adjustments": (AdjustmentLine(kind="fee", amount=Decimal("NaN")),)},
                "NaN is no amount",
            ),
            (
                {"left": (RecordId(1),), "adjustments": (AdjustmentLine(kind="fee", amount=Decimal("1e-19")),)},
                "more than 18 decimals",
            ),
            (
                {"left": (RecordId(1),), "adjustments": (AdjustmentLine(kind="fee", amount=Decimal("1" * 70)),)},
                "can hold exactly",
            ),
        ],
    )
    def test_says_what_is_wrong_with_the_request(self, desk: Desk, fields: dict[str, object], problem: str) -> None:
        """Each mistake has its sentence, before the database is asked."""
        with pytest.raises(InvalidMessageError, match=problem):
            command_bus.dispatch(MatchByHand(project_id=desk.project_id, **fields))  # type: ignore[arg-type]

    def test_refuses_a_sum_beyond_what_is_exact(self, desk: Desk) -> None:
        """Amounts near the limit are refused together, never rounded or wrapped around (I4)."""
        most = 2**63 - 1
        left = desk.bring(Side.LEFT, {"amount": most}, {"amount": most})
        right = desk.bring(Side.RIGHT, {"amount": 1})

        with pytest.raises(DomainError, match="hold exactly"):
            desk.match(left, right)
