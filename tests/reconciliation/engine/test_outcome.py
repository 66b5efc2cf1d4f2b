import pyarrow as pa
import pytest

from reconciliation.engine.errors import UnbalancedGroupError
from reconciliation.engine.outcome import ADJUSTMENTS, MARKED_LEGS, check_balanced


def _groups(status: str, difference: int) -> pa.Table:
    return pa.table({"group": [0], "status": [status], "difference": pa.array([difference], pa.int64())})


def _legs(left: int, right: int, ids: tuple[int, int] = (1, 2)) -> pa.Table:
    columns = {"group": [0, 0], "side": ["left", "right"], "record_id": list(ids), "amount": [left, right]}
    return pa.table(columns | {"allocated": [None, None], "closes": [True, True]}, schema=MARKED_LEGS)


class TestBalance:
    def test_a_confirmed_group_that_does_not_net_to_zero_is_refused(self) -> None:
        """The engine checks I2 itself before anything leaves it."""
        with pytest.raises(UnbalancedGroupError, match="net to zero"):
            check_balanced(_groups("confirmed", 1), _legs(101, 100), ADJUSTMENTS.empty_table())

    def test_an_adjustment_line_balances_it(self) -> None:
        """With its adjustment line the same group stands."""
        line = {"group": [0], "kind": ["fee"], "amount": [-1], "scale": [2], "reason": ["fee"]}

        adjustments = pa.table(line, schema=ADJUSTMENTS)
        check_balanced(_groups("confirmed", 1), _legs(101, 100), adjustments)

        with pytest.raises(UnbalancedGroupError, match="net to zero"):
            check_balanced(_groups("confirmed", 1), _legs(101, 100), adjustments.slice(1))

    def test_a_wrong_difference_is_refused(self) -> None:
        """The difference that is told must be that of the legs."""
        with pytest.raises(UnbalancedGroupError, match="difference"):
            check_balanced(_groups("suggested", 0), _legs(101, 100), ADJUSTMENTS.empty_table())

    def test_a_record_in_two_places_is_refused(self) -> None:
        """No record is used twice."""
        with pytest.raises(UnbalancedGroupError, match="two groups"):
            check_balanced(_groups("confirmed", 0), _legs(100, 100, (1, 1)), ADJUSTMENTS.empty_table())

    def test_a_record_may_be_used_in_part_before_it_is_used_up(self) -> None:
        """An allocation leaves its record open; only one group may close it."""
        legs = _legs(100, 100, (1, 1))
        place = legs.schema.get_field_index("closes")

        check_balanced(
            _groups("confirmed", 0),
            legs.set_column(place, "closes", pa.array([True, False])),
            ADJUSTMENTS.empty_table(),
        )

        with pytest.raises(UnbalancedGroupError, match="two groups"):
            check_balanced(_groups("confirmed", 0), legs, ADJUSTMENTS.empty_table())
