import pytest

from cqrs import query_bus
from cqrs.testing import writing_anyway
from projects.ids import ProjectId
from reconciliation.ids import RecordId
from reconciliation.models import Import, ImportStatus, Record
from reconciliation.queries.get_record import GetRecord, RecordNotFoundError
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, SALARY, add_source, bring_in

pytestmark = pytest.mark.django_db


def record_id(text: str) -> RecordId:
    return RecordId(Record.objects.get(text=text).id)


class TestGetRecord:
    def test_shows_the_line_as_it_was_received_and_understood(self, project_id: ProjectId) -> None:
        """The raw cells stand under the file's own headers, also of the second file."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)
        bring_in(project_id, source_id, HEADER + COFFEE + SALARY.replace("S-11", " 0042 ").replace("Salary", "Bonus"))

        found = query_bus.ask(GetRecord(project_id=project_id, record_id=record_id("Bonus")))

        assert found.cells == (
            ("Booking date", "2026-11-27"),
            ("Amount", "2400.50"),
            ("Currency", "EUR"),
            ("Reference", " 0042 "),
            ("Text", "Bonus"),
        )
        assert (found.record.reference, found.record.line, found.record.side) == ("0042", 3, "left")
        assert (found.file_name, found.group) == ("bank.csv", None)

    def test_hides_what_is_not_published(self, project_id: ProjectId) -> None:
        """A record of an import that is being read does not exist for anybody."""
        bring_in(project_id, add_source(project_id), MONTH)
        with writing_anyway():
            Import.objects.update(status=ImportStatus.READING)

        with pytest.raises(RecordNotFoundError):
            query_bus.ask(GetRecord(project_id=project_id, record_id=record_id("Salary")))

    def test_hides_another_projects_record(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """A record's number opens nothing in another project."""
        bring_in(project_id, add_source(project_id), MONTH)

        with pytest.raises(RecordNotFoundError):
            query_bus.ask(GetRecord(project_id=other_project, record_id=record_id("Salary")))
