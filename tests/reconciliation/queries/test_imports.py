import pytest

from cqrs import query_bus, services
from projects.ids import ProjectId
from reconciliation.models import ImportNotFoundError
from reconciliation.queries.get_import import GetImport
from reconciliation.queries.get_original import GetOriginal
from reconciliation.queries.list_imports import ListImports
from reconciliation.queries.list_rejected_lines import ListRejectedLines
from reconciliation.queries.list_sources import ListSources
from reconciliation.storage import Storage
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, add_source, bring_in, upload

pytestmark = pytest.mark.django_db

WRONG = "".join(f"2026-11-31;{number}.00;EUR;;No such day\n" for number in range(120))


class TestListSources:
    def test_counts_what_is_committed(self, project_id: ProjectId) -> None:
        """Records of committed imports, the last version of the mapping, and when the last file came."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)
        upload(project_id, source_id, HEADER + COFFEE)

        (row,) = query_bus.ask(ListSources(project_id=project_id))

        assert (row.records, row.mapping_version) == (4, 1)
        assert row.last_import_at is not None


class TestListImports:
    def test_lists_the_newest_first_by_pages(self, project_id: ProjectId) -> None:
        """Each file is on exactly one page; a source's list has its own files only."""
        sources = [add_source(project_id, name) for name in ("Bank", "Cash")]
        for position in range(3):
            upload(project_id, sources[position % 2], MONTH, f"{position}.csv")

        first = query_bus.ask(ListImports(project_id=project_id, limit=2))
        second = query_bus.ask(ListImports(project_id=project_id, limit=2, after=first.next))
        cash = query_bus.ask(ListImports(project_id=project_id, source_id=sources[1]))

        assert [row.file_name for row in first.items] == ["2.csv", "1.csv"]
        assert ([row.file_name for row in second.items], second.next) == (["0.csv"], None)
        assert [row.file_name for row in cash.items] == ["1.csv"]

    def test_shows_no_other_project(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """Neither the list nor an import's number crosses a project's boundary."""
        import_id = upload(project_id, add_source(project_id), MONTH)

        assert query_bus.ask(ListImports(project_id=other_project)).items == ()
        with pytest.raises(ImportNotFoundError):
            query_bus.ask(GetImport(project_id=other_project, import_id=import_id))
        with pytest.raises(ImportNotFoundError):
            query_bus.ask(GetOriginal(project_id=other_project, import_id=import_id))
        with pytest.raises(ImportNotFoundError):
            query_bus.ask(ListRejectedLines(project_id=other_project, import_id=import_id))


class TestListRejectedLines:
    def test_gives_all_of_them(self, project_id: ProjectId) -> None:
        """The import's page shows a hundred and says how many there are; the list has every one, in order."""
        detail = bring_in(project_id, add_source(project_id), HEADER + COFFEE + WRONG)
        assert (len(detail.rejected_lines), detail.rejected_total) == (100, 120)

        lines, after = [], None
        while True:
            page = query_bus.ask(
                ListRejectedLines(project_id=project_id, import_id=detail.row.id, after=after, limit=50)
            )
            lines += [row.line for row in page.items]
            after = page.next
            if after is None:
                break

        assert list(range(3, 123)) == lines


def test_the_original_is_kept_byte_for_byte(project_id: ProjectId) -> None:
    """What was uploaded can be had again, under its name."""
    import_id = upload(project_id, add_source(project_id), MONTH, "november.csv")

    found = query_bus.ask(GetOriginal(project_id=project_id, import_id=import_id))

    with services.get(Storage).open(found.key) as stream:
        assert MONTH.encode() == stream.read()
    assert ("november.csv", len(MONTH)) == (found.file_name, found.size)
