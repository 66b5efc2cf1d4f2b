"""Mappings: previewed with changes, compared with what was saved, listed by version."""

import pytest

from cqrs import InvalidMessageError, command_bus, query_bus
from projects.ids import ProjectId
from reconciliation.commands.change_mapping import ChangeMapping
from reconciliation.models import Import
from reconciliation.queries.get_mapping import GetMapping
from reconciliation.queries.list_mappings import ListMappings
from reconciliation.queries.preview_mapping import PreviewMapping
from tests.reconciliation.importing import add_source, commit, upload

pytestmark = pytest.mark.django_db

FIRST = "Date;Amount;Text\n13.04.2026;1,50;Rent INV-1\n14.04.2026;-3,25;Coffee\n"
SECOND = FIRST.replace("INV-1", "INV-2").replace("Coffee", "Tea")
STEP = {"kind": "extract", "target": "invoice", "of": "Text", "pattern": "INV-[0-9]+"}


class TestPreviewMapping:
    def test_shows_a_change_and_writes_nothing(self, project_id: ProjectId) -> None:
        """The answer is what ChangeMapping would lead to; the import stays as it was."""
        import_id = upload(project_id, add_source(project_id), FIRST)
        before = Import.objects.values().get(pk=import_id)
        changes = {"transformations": [STEP], "currency": "CHF"}

        shown = query_bus.ask(PreviewMapping(project_id=project_id, import_id=import_id, mapping=changes))

        assert [row.parsed.get("invoice") for row in shown.preview] == ["INV-1", None]
        assert (shown.derived, shown.preview[0].cells[2]) == (("invoice",), "Rent INV-1")
        assert {row.decision: row.because for row in shown.evidence}["currency"] == "olga decided so"
        assert Import.objects.values().get(pk=import_id) == before

    def test_tells_what_would_be_rejected(self, project_id: ProjectId) -> None:
        """A wrong decision shows at once: lines that could not be read then, with the reason."""
        import_id = upload(project_id, add_source(project_id), FIRST)

        shown = query_bus.ask(PreviewMapping(project_id=project_id, import_id=import_id, mapping={"date_order": "MDY"}))

        assert (shown.rejected_total, shown.rejected_lines[0].line, shown.rejected_lines[0].field) == (2, 2, "Date")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"currency": "euro"}, "mapping.currency"),
            ({"fields": {"amount": {"header": "Betrag"}}}, "mapping.fields.amount"),
            ({"transformations": [{**STEP, "of": "Note"}]}, "mapping.transformations[0].of"),
            ({"header_line": 99}, "mapping.header_line"),
            ({"encoding": "utf-9"}, "mapping.encoding"),
        ],
    )
    def test_names_the_field_at_fault(self, project_id: ProjectId, changes: dict[str, object], field: str) -> None:
        """An error stands beside the field that a person has to change."""
        import_id = upload(project_id, add_source(project_id), FIRST)
        with pytest.raises(InvalidMessageError) as caught:
            query_bus.ask(PreviewMapping(project_id=project_id, import_id=import_id, mapping=changes))

        assert list(caught.value.fields) == [field]


class TestGetMapping:
    def test_says_what_is_not_as_saved(self, project_id: ProjectId) -> None:
        """The next file is read as the last one was; what is decided otherwise for it is told."""
        source_id = add_source(project_id)
        first = upload(project_id, source_id, FIRST)
        command_bus.dispatch(
            ChangeMapping(
                project_id=project_id, import_id=first, mapping={"transformations": [STEP], "currency": "EUR"}
            )
        )
        assert query_bus.ask(GetMapping(project_id=project_id, import_id=first)).saved_version is None
        commit(project_id, first)

        second = upload(project_id, source_id, SECOND)
        same = query_bus.ask(GetMapping(project_id=project_id, import_id=second))
        assert (same.saved_version, same.saved_by, same.differences) == (1, "olga", ())
        assert same.mapping["transformations"] == [STEP]

        command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=second, mapping={"currency": "CHF"}))
        changed = query_bus.ask(GetMapping(project_id=project_id, import_id=second))
        assert [(row.decision, row.before, row.after) for row in changed.differences] == [("currency", "EUR", "CHF")]


class TestListMappings:
    def test_has_each_version_with_what_it_changed(self, project_id: ProjectId) -> None:
        """Newest first, with who saved it and the difference from the version before."""
        source_id = add_source(project_id)
        for text, currency in ((FIRST, "EUR"), (SECOND, "CHF")):
            import_id = upload(project_id, source_id, text)
            command_bus.dispatch(
                ChangeMapping(project_id=project_id, import_id=import_id, mapping={"currency": currency})
            )
            commit(project_id, import_id)

        versions = query_bus.ask(ListMappings(project_id=project_id, source_id=source_id))

        assert [(row.version, row.created_by) for row in versions] == [(2, "olga"), (1, "olga")]
        assert [(row.decision, row.before, row.after) for row in versions[0].differences] == [
            ("currency", "EUR", "CHF")
        ]
        assert versions[1].differences == ()
