from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from cqrs import query_bus
from cqrs.testing import drain
from reconciliation.ids import Side
from reconciliation.models import ImportStatus
from reconciliation.queries.list_open_items import ListOpenItems, OpenItem
from tests.reconciliation.desk import BY_REFERENCE, DAY, SAME_AMOUNT, Desk


def ask(desk: Desk, side: Side = Side.LEFT, **filters: object) -> tuple[OpenItem, ...]:
    return query_bus.ask(ListOpenItems(project_id=desk.project_id, side=side, **filters)).items  # type: ignore[arg-type]


class TestListOpenItems:
    def test_leaves_out_what_is_in_a_group(self, desk: Desk) -> None:
        """Neither a confirmed nor a suggested record is an open item."""
        by_hand = desk.bring(Side.LEFT, {"amount": 5})
        desk.match(by_hand, desk.bring(Side.RIGHT, {"amount": 5}))
        desk.suggest(*SAME_AMOUNT)
        [open_] = desk.bring(Side.LEFT, {"amount": 31})

        assert [item.record.id for item in ask(desk)] == [open_]

    def test_is_of_one_side(self, desk: Desk) -> None:
        """The other side's open items are on the other side."""
        desk.bring(Side.LEFT, {"amount": 1})
        [right] = desk.bring(Side.RIGHT, {"amount": 2})

        assert [item.record.id for item in ask(desk, Side.RIGHT)] == [right]

    def test_leaves_out_records_that_are_on_their_way(self, desk: Desk) -> None:
        """An import's records appear when it is committed, all at once."""
        desk.bring(Side.LEFT, {"amount": 1})
        desk.force_import_status(Side.LEFT, ImportStatus.READING)

        assert ask(desk) == ()

    def test_filters_by_text_and_currency(self, desk: Desk) -> None:
        """Part of the reference, and the currency."""
        desk.bring(Side.LEFT, {"reference": "INV-1"}, {"reference": "X", "currency": "USD"})

        assert [item.record.reference for item in ask(desk, search="inv")] == ["INV-1"]
        assert [item.record.reference for item in ask(desk, currency="USD")] == ["X"]

    def test_says_how_old_an_item_is(self, desk: Desk) -> None:
        """The age counts from the value date."""
        desk.bring(Side.LEFT, {"booking_date": DAY, "value_date": DAY - timedelta(days=3)}, {"value_date": DAY})

        older, newer = (item.record.age_days or 0 for item in ask(desk))

        assert older - newer == 3

    def test_names_the_nearest_miss_where_asked(self, desk: Desk) -> None:
        """Twenty days apart is too far; the item says which record it would match, and at how many days."""
        same = {"reference": "INV-1", "amount": 1000}
        desk.bring(Side.LEFT, same)
        [far] = desk.bring(Side.RIGHT, same | {"booking_date": DAY + timedelta(days=20)})
        desk.publish_rules(BY_REFERENCE | {"passes": BY_REFERENCE["passes"][:1]})
        desk.run()

        [plain], [item] = ask(desk), ask(desk, with_nearest=True)

        assert plain.nearest is None
        assert item.nearest is not None
        assert item.nearest.record.id == far
        assert "20 days" in item.nearest.text

    def test_takes_as_many_statements_for_many_items_as_for_one(self, desk: Desk) -> None:
        """No statement per row."""
        desk.bring(Side.LEFT, *({"amount": number} for number in range(30)))
        drain()
        with CaptureQueriesContext(connection) as for_one:
            ask(desk, limit=1)
        with CaptureQueriesContext(connection) as for_all:
            ask(desk, limit=50)

        assert len(for_all) == len(for_one)
