"""I13: pages show everything, each thing once, and what is too much is refused in words."""

import pytest

from cqrs import InvalidMessageError, Page, query_bus
from reconciliation.ids import Side
from reconciliation.queries.group_rows import GroupRow
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_open_items import ListOpenItems
from tests.reconciliation.desk import Desk

MANY = [{"reference": f"INV-{number:03}", "amount": 100 + number} for number in range(23)]


@pytest.fixture
def matched(desk: Desk) -> Desk:
    """23 confirmed pairs and 11 open items."""
    desk.bring(Side.LEFT, *MANY, *({"amount": 10**6 + number} for number in range(11)))
    desk.bring(Side.RIGHT, *MANY)
    desk.publish_rules()
    desk.run()
    return desk


class TestPages:
    @pytest.mark.parametrize("limit", [1, 4, 23, 500])
    def test_of_groups_show_each_once_forwards_and_backwards(self, matched: Desk, limit: int) -> None:
        """Following `next` to the end shows every group; following `previous` from there shows them again."""

        def page(after: str | None) -> Page[GroupRow]:
            return query_bus.ask(ListGroups(project_id=matched.project_id, after=after, limit=limit))

        pages = [page(None)]
        while pages[-1].next:
            pages.append(page(pages[-1].next))
        seen = [item for each in pages for item in each.items]
        back = [pages[-1]]
        while back[-1].previous:
            back.append(page(back[-1].previous))

        assert len(seen) == len({item.id for item in seen}) == 23
        assert [item for each in reversed(back) for item in each.items] == seen

    @pytest.mark.parametrize("limit", [1, 4, 500])
    def test_of_open_items_show_each_once(self, matched: Desk, limit: int) -> None:
        """The eleven that nothing matches, in the order of the file."""
        amounts, after = [], None
        while True:
            page = query_bus.ask(ListOpenItems(project_id=matched.project_id, side=Side.LEFT, after=after, limit=limit))
            amounts += [item.record.amount for item in page.items]
            after = page.next
            if after is None:
                break

        assert [int(amount * 100) for amount in amounts if amount] == [10**6 + number for number in range(11)]

    def test_of_more_than_the_limit_are_refused(self, matched: Desk) -> None:
        """A page of 501 is an error, not a page of 500."""
        with pytest.raises(InvalidMessageError, match="500"):
            query_bus.ask(ListGroups(project_id=matched.project_id, limit=501))
