from decimal import Decimal

import pytest

from cqrs import command_bus
from cqrs.testing import captured_events
from projects.ids import ProjectId
from reconciliation.commands.upload_file import (
    FileAlreadyImportedError,
    FileNotStoredError,
    FileNotUnderstoodError,
    UploadFile,
)
from reconciliation.events import FileUploaded
from reconciliation.models import SourceNotFoundError
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, add_source, bring_in, look_at, texts, upload

pytestmark = pytest.mark.django_db

GERMAN = "Buchungstag;Betrag;Verwendungszweck\n03.11.2026;-3,00;Kaffee\n27.11.2026;2.400,50;Gehalt\n"
UNCLEAR = "Date;Amount;Text\n03/04/2026;1.000;Rent\n04/05/2026;-3.000;Coffee\n"


class TestUploadFile:
    def test_proposes_how_to_read_it(self, project_id: ProjectId) -> None:
        """Preview, account and evidence are there before anything is committed, and no record is."""
        with captured_events() as events:
            import_id = upload(project_id, add_source(project_id), MONTH, "november.csv")

        found = look_at(project_id, import_id)
        assert (found.row.status, found.row.file_name, found.row.uploaded_by) == ("proposed", "november.csv", "olga")
        assert found.header == ("Booking date", "Amount", "Currency", "Reference", "Text")
        assert {"booking_date": "2026-11-01", "amount": "-850.00"}.items() <= found.preview[0].parsed.items()
        assert [(row.category, row.lines) for row in found.accounting] == [("record", 4), ("header", 1)]
        assert {"EUR": Decimal("1544.50")} == found.accounting[0].amounts
        assert {"delimiter", "decimal_mark", "fields.amount"} <= {row.decision for row in found.evidence}
        assert texts(project_id) == []
        assert [import_id] == [event.import_id for event in events if isinstance(event, FileUploaded)]

    def test_shows_what_would_be_rejected(self, project_id: ProjectId) -> None:
        """A line that cannot be read is shown with its reason before the commit."""
        import_id = upload(project_id, add_source(project_id), MONTH + "2026-11-31;1.00;EUR;;No such day\n")

        found = look_at(project_id, import_id)
        assert (found.rejected_total, [line.line for line in found.rejected_lines]) == (1, [6])
        assert "2026-11-31" in found.rejected_lines[0].reason

    def test_asks_what_the_file_leaves_open(self, project_id: ProjectId) -> None:
        """Nothing ambiguous is guessed in silence."""
        found = look_at(project_id, upload(project_id, add_source(project_id), UNCLEAR))

        assert {"decimal_mark", "date_order"} == {question.decision for question in found.questions}

    def test_takes_the_currency_of_the_source(self, project_id: ProjectId) -> None:
        """A file without a currency is in its account's, and the evidence says so."""
        found = look_at(project_id, upload(project_id, add_source(project_id, currency="CHF"), GERMAN))

        assert found.preview[0].parsed["currency"] == "CHF"
        assert [row.because for row in found.evidence if row.decision == "currency"] == [
            "the source has it and the file states none"
        ]

    def test_refuses_bytes_that_the_source_has(self, project_id: ProjectId) -> None:
        """The same bytes are refused, under whatever name."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)

        with pytest.raises(FileAlreadyImportedError):
            upload(project_id, source_id, MONTH, "again.csv")

    def test_names_the_file_that_it_cannot_read(self, project_id: ProjectId) -> None:
        """By the person's name for it, not the storage's."""
        with pytest.raises(FileNotUnderstoodError, match=r"^letter\.csv"):
            upload(project_id, add_source(project_id), "Dear Sir or Madam", "letter.csv")

    def test_refuses_a_hash_without_bytes(self, project_id: ProjectId) -> None:
        """Bytes that never arrived are asked for again."""
        source_id = add_source(project_id)
        for sha256 in ("0" * 64, "../../secret"):
            with pytest.raises(FileNotStoredError):
                command_bus.dispatch(
                    UploadFile(project_id=project_id, source_id=source_id, file_name="a.csv", sha256=sha256)
                )

    def test_refuses_a_source_of_another_project(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """A project's file goes into its own sources only."""
        with pytest.raises(SourceNotFoundError):
            upload(project_id, add_source(other_project), MONTH)


class TestNextFileOfASource:
    def test_is_read_like_the_last(self, project_id: ProjectId) -> None:
        """What the next file leaves open was answered before: the last mapping says it, and the evidence says that."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, UNCLEAR.replace("03/04/2026", "27/04/2026").replace("1.000", "1.000,25"))

        found = look_at(project_id, upload(project_id, source_id, UNCLEAR))

        assert found.questions == ()
        assert found.evidence[0].choice == "version 1 of this source"
        assert {"booking_date": "2026-04-03", "amount": "1000.00"}.items() <= found.preview[0].parsed.items()

    def test_reads_a_column_that_the_last_file_did_not_have(self, project_id: ProjectId) -> None:
        """A mapping without currency does not fit a file that states one: it is read, and no line comes twice."""
        source_id = add_source(project_id)
        stated = "Date,Reference,Name,Amount,Currency\n2026-10-01,R1,Acme,10.00,EUR\n"
        bring_in(project_id, source_id, stated)
        bring_in(project_id, source_id, "Date,Reference,Name,Amount\n2026-10-05,R5,Acme,50.00\n")

        found = bring_in(project_id, source_id, stated + "2026-10-07,R7,Zoo,1.00,USD\n")

        assert (found.row.records, found.row.duplicates) == (1, 1)
        assert any("currency" in warning for warning in found.warnings)

    def test_is_looked_at_anew_when_its_columns_differ(self, project_id: ProjectId) -> None:
        """A missing column is named, and the file proposes its own mapping."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)

        found = look_at(project_id, upload(project_id, source_id, GERMAN))

        assert found.preview[0].parsed["text"] == "Kaffee"
        assert any("does not fit" in warning and "'Amount'" in warning for warning in found.warnings)

    def test_is_looked_at_anew_when_its_numbers_differ(self, project_id: ProjectId) -> None:
        """A decimal comma where there was a point is never read as thousands."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)

        december = HEADER + "2026-12-01;-850,25;EUR;R-12;Rent\n" + COFFEE.replace(".", ",")
        found = look_at(project_id, upload(project_id, source_id, december))

        assert found.preview[0].parsed["amount"] == "-850.25"
        assert any("decimal mark" in warning for warning in found.warnings)

    def test_may_have_its_columns_in_another_order(self, project_id: ProjectId) -> None:
        """Columns are found by their headers."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)

        moved = "Text;Currency;Amount;Booking date;Reference\nTea;EUR;-4.00;2026-12-01;\n"
        found = look_at(project_id, upload(project_id, source_id, moved))

        assert found.evidence[0].choice == "version 1 of this source"
        assert {"amount": "-4.00", "text": "Tea", "currency": "EUR"}.items() <= found.preview[0].parsed.items()
