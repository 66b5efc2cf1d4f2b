"""GetProjectAnalytics, and the report behind it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cqrs import Actor, InvalidMessageError, NotAllowedError, acting_as, command_bus, query_bus
from projects.commands.record_project_figures import RecordProjectFigures
from projects.ids import ProjectId
from projects.queries.get_project_analytics import CurrencyAmount, GetProjectAnalytics


def report(project_id: ProjectId, match_rate: str = "0.5") -> RecordProjectFigures:
    return RecordProjectFigures(
        project_id=project_id,
        match_rate=Decimal(match_rate),
        records=10,
        confirmed_records=5,
        suggested_records=2,
        open_items=3,
        open_amounts={"USD": Decimal("0.1"), "EUR": Decimal("90071992547409931.25")},
        last_run_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


class TestGetProjectAnalytics:
    def test_says_so_while_nothing_was_reported(self, project_id: ProjectId) -> None:
        """A new project has no match rate rather than one of zero."""
        figures = query_bus.ask(GetProjectAnalytics(project_id=project_id))

        assert (figures.match_rate, figures.recorded_at, figures.open_items) == (None, None, 0)

    def test_gives_back_what_was_reported_last(self, project_id: ProjectId) -> None:
        """The newest report counts; amounts are exact beyond what floating point holds, by currency."""
        with acting_as(Actor.system("reconciliation")):
            command_bus.dispatch(report(project_id, "0.1"))
            command_bus.dispatch(report(project_id, "0.5"))

        figures = query_bus.ask(GetProjectAnalytics(project_id=project_id))

        assert figures.match_rate == Decimal("0.5")
        assert figures.open_amounts == (
            CurrencyAmount("EUR", Decimal("90071992547409931.25")),
            CurrencyAmount("USD", Decimal("0.1")),
        )
        assert (figures.records, figures.confirmed_records, figures.suggested_records) == (10, 5, 2)
        assert figures.last_run_at == datetime(2026, 11, 1, tzinfo=UTC)


class TestRecordProjectFigures:
    def test_is_not_for_people(self, project_id: ProjectId) -> None:
        """Not even the owner may write a project's figures."""
        with pytest.raises(NotAllowedError):
            command_bus.dispatch(report(project_id))

    @pytest.mark.parametrize("match_rate", ["1.01", "-0.1"])
    def test_takes_a_share_only(self, project_id: ProjectId, match_rate: str) -> None:
        """More than all, or less than nothing, is a mistake of the reporter."""
        with acting_as(Actor.system("reconciliation")), pytest.raises(InvalidMessageError):
            command_bus.dispatch(report(project_id, match_rate))

    def test_of_a_deleted_project_is_forgotten(self, project_id: ProjectId) -> None:
        """A report that comes late does no harm, so no worker tries it again and again."""
        with acting_as(Actor.system("reconciliation")):
            command_bus.dispatch(report(ProjectId(999_999)))

        assert query_bus.ask(GetProjectAnalytics(project_id=project_id)).recorded_at is None
