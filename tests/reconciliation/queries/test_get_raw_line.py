import pytest

from cqrs import query_bus, services
from projects.ids import ProjectId
from reconciliation.ids import RecordId
from reconciliation.models import Record
from reconciliation.queries.get_import import GetImport
from reconciliation.queries.get_raw_line import GetRawLine, RawLine, RawLineNotFoundError
from reconciliation.storage import Storage, key_of
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, add_source, bring_in

pytestmark = pytest.mark.django_db
MT940 = """:20:STMT
:25:DE89370400440532013000
:28C:1/1
:60F:C261101EUR100,00
:61:2611021102D10,00NTRFREF-1
:86:Rent
for November
:61:2611031103C5,00NTRFREF-2
:86:Refund
:62F:C261103EUR95,00
"""


def raw_line(project_id: ProjectId, text: str) -> RawLine:
    record = Record.objects.get(project_id=project_id, text=text)
    return query_bus.ask(GetRawLine(project_id=project_id, record_id=RecordId(record.pk)))


class TestGetRawLine:
    def test_gives_the_line_as_it_stands_in_the_file(self, project_id: ProjectId) -> None:
        """Character for character, with the blanks and the quotes that no cell shows."""
        line = '2026-11-28; 1.00 ;EUR;"A;1";"Tea, ""green"""\n'
        bring_in(project_id, add_source(project_id), HEADER + COFFEE + COFFEE + line + "\n")

        found = raw_line(project_id, 'Tea, "green"')

        assert (found.line, found.text, found.is_cut) == (4, line.rstrip("\n"), False)

    def test_gives_all_lines_of_a_quoted_cell(self, project_id: ProjectId) -> None:
        """A cell may hold a line break; the next line's record is another."""
        bring_in(project_id, add_source(project_id), HEADER + '2026-11-28;1.00;EUR;A;"Two\nlines"\n' + COFFEE)

        assert raw_line(project_id, "Two\nlines").text == '2026-11-28;1.00;EUR;A;"Two\nlines"'

    def test_gives_an_entry_with_what_belongs_to_it(self, project_id: ProjectId) -> None:
        """An entry of a statement has several lines."""
        bring_in(project_id, add_source(project_id), MT940, "statement.sta")
        first = Record.objects.filter(project_id=project_id).earliest("line")

        found = query_bus.ask(GetRawLine(project_id=project_id, record_id=RecordId(first.pk)))

        assert found.text == ":61:2611021102D10,00NTRFREF-1\n:86:Rent\nfor November"

    def test_says_nothing_where_the_bytes_are_gone(self, project_id: ProjectId) -> None:
        """The record and its cells are still there."""
        done = bring_in(project_id, add_source(project_id), MONTH)
        sha256 = query_bus.ask(GetImport(project_id=project_id, import_id=done.row.id)).sha256
        services.get(Storage).delete(key_of(sha256))

        assert raw_line(project_id, "Salary").text is None

    def test_finds_no_record_of_another_project(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """A number opens nothing elsewhere."""
        bring_in(project_id, add_source(project_id), MONTH)
        record = Record.objects.get(text="Salary")

        with pytest.raises(RawLineNotFoundError):
            query_bus.ask(GetRawLine(project_id=other_project, record_id=RecordId(record.pk)))
