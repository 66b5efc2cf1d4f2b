from decimal import Decimal

from cqrs import query_bus
from cqrs.testing import drain
from projects.queries.get_project_analytics import GetProjectAnalytics, ProjectAnalytics
from reconciliation.ids import Side
from tests.reconciliation.desk import SAME_AMOUNT, Desk


def analytics(desk: Desk) -> ProjectAnalytics:
    drain()
    return query_bus.ask(GetProjectAnalytics(project_id=desk.project_id))


class TestReportFigures:
    def test_after_a_run(self, desk: Desk) -> None:
        """The project knows its match rate, its open items and what they amount to regardless of sign."""
        desk.bring(Side.LEFT, {"amount": -250, "reference": "X-1"})
        desk.suggest(*SAME_AMOUNT)

        figures = analytics(desk)

        assert (figures.records, figures.suggested_records, figures.open_items) == (3, 2, 1)
        assert figures.match_rate == 0
        assert [(each.currency, each.amount) for each in figures.open_amounts] == [("EUR", Decimal("2.50"))]
        assert figures.last_run_at is not None

    def test_after_a_decision(self, desk: Desk) -> None:
        """A match by hand moves the figures without a run."""
        left, right = desk.bring(Side.LEFT, {"amount": 1}), desk.bring(Side.RIGHT, {"amount": 1})
        desk.match(left, right)

        figures = analytics(desk)

        assert (figures.confirmed_records, figures.open_items, figures.match_rate) == (2, 0, Decimal(1))
