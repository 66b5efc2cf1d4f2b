from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cqrs import NotFoundError, query_bus
from reconciliation.ids import GroupId, RunId, Side
from reconciliation.queries.get_group import GetGroup
from reconciliation.queries.group_rows import GroupRow
from reconciliation.queries.list_groups import ListGroups
from tests.reconciliation.desk import LATER, Desk

PAIRS = [
    {"reference": "INV-1", "amount": 1000, "counterparty": "Müller"},
    {"reference": "INV-2", "amount": 2050, "counterparty": "100% Cotton"},
    {"reference": "INV-3", "amount": -300, "text": "Refund"},
]


@pytest.fixture
def matched(desk: Desk) -> Desk:
    """Three confirmed pairs by reference and one suggestion by amount."""
    desk.bring(Side.LEFT, *PAIRS, {"amount": 777})
    desk.bring(Side.RIGHT, *PAIRS, {"amount": 777} | LATER)
    desk.publish_rules()
    desk.run()
    return desk


def ask(desk: Desk, **filters: object) -> tuple[GroupRow, ...]:
    return query_bus.ask(ListGroups(project_id=desk.project_id, **filters)).items  # type: ignore[arg-type]


class TestListGroups:
    def test_shows_what_belongs_together_and_why(self, matched: Desk) -> None:
        """A group comes with its records, amounts, pass, score and reasons."""
        [group, *_] = ask(matched, status="confirmed")

        assert group.pass_name == "Reference and amount"
        assert group.score == Decimal(1)
        assert [leg.record.reference for leg in (*group.left, *group.right)] == ["INV-1", "INV-1"]
        assert group.left[0].amount == Decimal("10.00")
        assert group.reasons != ()

    @pytest.mark.parametrize(
        ("filters", "count"),
        [
            ({}, 4),
            ({"status": "suggested"}, 1),
            ({"pass_name": "Amount alone"}, 1),
            ({"search": "müller"}, 1),
            ({"search": "INV-"}, 3),
            ({"search": "100%"}, 1),
            ({"search": "%"}, 1),
            ({"search": "refund"}, 1),
            ({"search": "20.50"}, 1),
            ({"search": "3"}, 1),
            ({"search": "nobody"}, 0),
            ({"search": "NaN"}, 0),
            ({"run_id": RunId(10**9)}, 0),
        ],
    )
    def test_filters(self, matched: Desk, filters: dict[str, object], count: int) -> None:
        """By status, pass, run, part of a text in any case, and amount of either sign."""
        assert len(ask(matched, **filters)) == count

    def test_takes_as_many_statements_for_many_groups_as_for_one(self, matched: Desk) -> None:
        """No statement per row."""
        with CaptureQueriesContext(connection) as for_one:
            ask(matched, limit=1)
        with CaptureQueriesContext(connection) as for_all:
            ask(matched, limit=50)

        assert len(for_all) == len(for_one)


class TestGetGroup:
    def test_is_the_row_of_the_list(self, matched: Desk) -> None:
        """One group by itself says what its row says."""
        [group, *_] = ask(matched)

        assert query_bus.ask(GetGroup(project_id=matched.project_id, group_id=group.id)) == group

    def test_does_not_find_what_is_not_there(self, matched: Desk) -> None:
        """An unknown id is not found."""
        with pytest.raises(NotFoundError):
            query_bus.ask(GetGroup(project_id=matched.project_id, group_id=GroupId(10**9)))
