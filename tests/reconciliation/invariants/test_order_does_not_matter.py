"""I7: the same records give the same groups, in whatever order they come."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciliation.ids import Side
from tests.effort import examples
from tests.factories import make_project
from tests.reconciliation.desk import DAY, Desk

ROW = st.builds(
    lambda amount, reference, days: {
        "amount": amount,
        "reference": reference,
        "booking_date": DAY + timedelta(days=days),
    },
    st.sampled_from([100, 200, 350]),
    st.sampled_from([None, "INV-1", "INV-2"]),
    st.integers(0, 4),
)
BOTH = st.lists(ROW, min_size=1, max_size=5).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows)))


def outcome(owner: User, left: list[dict[str, Any]], right: list[dict[str, Any]]) -> Counter[Any]:
    """The groups by what is in their records: ids differ from project to project."""
    desk = Desk(make_project(owner, name=str(uuid4())))
    desk.bring(Side.LEFT, *left)
    desk.bring(Side.RIGHT, *right)
    desk.publish_rules()
    desk.run()

    def content(legs: Any) -> tuple[Any, ...]:
        return tuple(sorted((str(leg.amount), leg.record.reference or "", leg.record.booking_date) for leg in legs))

    return Counter(
        (group.status, group.pass_name, group.score, group.difference, content(group.left), content(group.right))
        for group in desk.groups()
    )


@settings(max_examples=examples(4), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(left=BOTH, right=BOTH)
def test_any_order_gives_the_same_groups(owner: User, left: Any, right: Any) -> None:
    """Two projects with the same lines in a different order agree in status, pass, score, difference and content."""
    first = outcome(owner, left[0], right[0])
    second = outcome(owner, left[1], right[1])

    assert first == second
