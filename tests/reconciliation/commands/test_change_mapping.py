import pytest

from cqrs import InvalidMessageError, command_bus
from projects.ids import ProjectId
from reconciliation.commands.change_mapping import ChangeMapping
from reconciliation.ids import ImportId
from reconciliation.models import ImportNotFoundError, ImportNotPendingError
from tests.reconciliation.importing import MONTH, add_source, commit, look_at, upload

pytestmark = pytest.mark.django_db

UNCLEAR = "Date;Amount;Text\n03/04/2026;1.000;Rent\n04/05/2026;-3.000;Coffee\n"


@pytest.fixture
def unclear(project_id: ProjectId) -> ImportId:
    """An import that asks for its decimal mark and the order of its dates."""
    return upload(project_id, add_source(project_id), UNCLEAR)


class TestChangeMapping:
    def test_answers_a_question(self, project_id: ProjectId, unclear: ImportId) -> None:
        """What was answered is no longer asked; the preview shows what came of it, the evidence who said so."""
        command_bus.dispatch(
            ChangeMapping(project_id=project_id, import_id=unclear, mapping={"decimal_mark": ".", "date_order": "MDY"})
        )

        found = look_at(project_id, unclear)
        assert found.questions == ()
        assert {"booking_date": "2026-03-04", "amount": "1.00"}.items() <= found.preview[0].parsed.items()
        said = {row.decision: (row.choice, row.because) for row in found.evidence}
        assert said["decimal_mark"] == (".", "olga decided so")
        assert said["date_order"] == ("MDY", "olga decided so")

    def test_takes_the_proposal_as_an_answer(self, project_id: ProjectId, unclear: ImportId) -> None:
        """Saying what was proposed answers as well as saying something else; the rest stays open."""
        proposed = look_at(project_id, unclear).mapping["decimal_mark"]
        command_bus.dispatch(
            ChangeMapping(project_id=project_id, import_id=unclear, mapping={"decimal_mark": proposed})
        )

        found = look_at(project_id, unclear)
        assert [question.decision for question in found.questions] == ["date_order"]
        assert "olga decided so" in {row.because for row in found.evidence if row.decision == "decimal_mark"}

    def test_changes_one_column(self, project_id: ProjectId, unclear: ImportId) -> None:
        """A field is given to another column, and its evidence names the person."""
        command_bus.dispatch(
            ChangeMapping(
                project_id=project_id,
                import_id=unclear,
                mapping={"fields": {"reference": {"header": "Text"}, "text": None}},
            )
        )

        found = look_at(project_id, unclear)
        assert found.preview[0].parsed["reference"] == "Rent"
        assert "no column" in {row.choice for row in found.evidence if row.decision == "fields.text"}

    @pytest.mark.parametrize(
        "mapping", [{"decimal_mark": ";"}, {"fields": {"amount": {"header": "Betrag"}}}, {"colour": "red"}]
    )
    def test_names_what_is_wrong_with_a_mapping(
        self, project_id: ProjectId, unclear: ImportId, mapping: dict[str, object]
    ) -> None:
        """A mapping that does not hold together is refused, and the import stays as it is."""
        before = look_at(project_id, unclear)
        with pytest.raises(InvalidMessageError) as caught:
            command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=unclear, mapping=mapping))

        assert [name.partition(".")[0] for name in caught.value.fields] == ["mapping"]
        assert before == look_at(project_id, unclear)

    def test_comes_too_late_once_committed(self, project_id: ProjectId) -> None:
        """Records are not read another way behind people's backs."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        commit(project_id, import_id)

        with pytest.raises(ImportNotPendingError, match=r"bank\.csv is committed"):
            command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=import_id, mapping={}))

    def test_finds_no_import_of_another_project(self, unclear: ImportId, other_project: ProjectId) -> None:
        """An import's number opens nothing in another project."""
        with pytest.raises(ImportNotFoundError):
            command_bus.dispatch(ChangeMapping(project_id=other_project, import_id=unclear, mapping={}))

    def test_divides_the_file_anew(self, project_id: ProjectId) -> None:
        """With another delimiter the columns are others: they are detected again, and the choice is the person's."""
        text = "Date,Time;Amount;Text\n2026-05-04,10:00;1.50;Rent\n2026-05-05,11:00;-3.25;Coffee\n"
        import_id = upload(project_id, add_source(project_id), text)
        command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=import_id, mapping={"delimiter": ","}))
        assert look_at(project_id, import_id).header == ("Date", "Time;Amount;Text")

        command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=import_id, mapping={"delimiter": ";"}))

        found = look_at(project_id, import_id)
        assert found.header == ("Date,Time", "Amount", "Text")
        assert found.preview[0].parsed["amount"] == "1.50"
        said = {row.decision: row.because for row in found.evidence}
        assert said["delimiter"] == "olga decided so"

    def test_takes_another_line_for_the_header(self, project_id: ProjectId) -> None:
        """Fields follow the names on the line that the person names."""
        text = "Date,Amount,Text\nday,value,purpose\n2026-05-04,1.50,Rent\n2026-05-05,-3.25,Coffee\n"
        import_id = upload(project_id, add_source(project_id), text)

        command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=import_id, mapping={"header_line": 2}))

        assert look_at(project_id, import_id).header == ("day", "value", "purpose")

    def test_makes_fields_of_its_own(self, project_id: ProjectId, unclear: ImportId) -> None:
        """A transformation is part of the mapping: previewed, told in the evidence, kept with the import."""
        step = {"kind": "upper", "target": "own", "of": "Text"}
        command_bus.dispatch(
            ChangeMapping(project_id=project_id, import_id=unclear, mapping={"transformations": [step]})
        )

        found = look_at(project_id, unclear)
        assert found.mapping["transformations"] == [step]
        assert found.preview[0].parsed["own"] == "RENT"
        said = {row.decision: (row.choice, row.because) for row in found.evidence}
        assert said["transformations"] == ("own: In capital letters: Text", "olga decided so")

    def test_names_the_step_that_is_wrong(self, project_id: ProjectId, unclear: ImportId) -> None:
        """The field of the message is the step's own."""
        step = {"kind": "extract", "target": "own", "of": "Text", "pattern": "("}
        with pytest.raises(InvalidMessageError) as caught:
            command_bus.dispatch(
                ChangeMapping(project_id=project_id, import_id=unclear, mapping={"transformations": [step]})
            )

        assert list(caught.value.fields) == ["mapping.transformations[0].pattern"]
