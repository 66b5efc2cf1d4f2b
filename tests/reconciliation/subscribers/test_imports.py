from collections import Counter
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cqrs import command_bus
from cqrs.testing import captured_events, drain
from projects.ids import ProjectId
from reconciliation.commands.commit_import import CommitImport
from reconciliation.events import FileImported, ImportFailed
from reconciliation.ids import SourceId
from reconciliation.models import IdBlock, Import, ImportStatus, Record, SourceMapping
from reconciliation.queries.get_import import ImportDetail
from reconciliation.storage import FileMissingError, Storage
from reconciliation.subscribers import imports
from tests.effort import examples
from tests.reconciliation.importing import (
    COFFEE,
    HEADER,
    MONTH,
    RENT,
    SALARY,
    add_source,
    bring_in,
    commit,
    look_at,
    texts,
    upload,
)

pytestmark = pytest.mark.django_db


def account(detail: ImportDetail) -> dict[str, tuple[int, dict[str, Decimal]]]:
    return {row.category: (row.lines, row.amounts) for row in detail.accounting}


class TestCommittedFile:
    def test_becomes_records(self, project_id: ProjectId) -> None:
        """Every line is a record with exact money; the event tells once what came in."""
        with captured_events() as events:
            detail = bring_in(project_id, add_source(project_id), MONTH)

        assert (detail.row.status, detail.row.progress) == (ImportStatus.COMMITTED, 100)
        assert texts(project_id) == ["Coffee", "Coffee", "Rent November", "Salary"]
        assert Decimal("1544.50") == sum(record.money or 0 for record in Record.objects.all())
        imported = [event for event in events if isinstance(event, FileImported)]
        assert [(event.records, event.duplicates, event.rejected) for event in imported] == [(4, 0, 0)]

    def test_leaves_a_snapshot_in_the_order_of_the_ids(self, project_id: ProjectId, storage: Storage) -> None:
        """A record's id is the import's first id and its row in the snapshot."""
        add_source(project_id)
        IdBlock.reserve(IdBlock.RECORDS, 41)
        detail = bring_in(project_id, add_source(project_id, "Cash"), MONTH)

        found = Import.objects.get(pk=detail.row.id)
        snapshot = pa.parquet.read_table(storage.path(found.snapshot_key))
        records = Record.objects.order_by("id")
        assert [record.id for record in records] == [42, 43, 44, 45]
        assert snapshot["text"].to_pylist() == [record.text for record in records]
        assert {"reference_key", "cell_0", "fingerprint"} <= set(snapshot.column_names)

    def test_saves_its_mapping_for_the_next(self, project_id: ProjectId) -> None:
        """One version as long as files are read alike."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)
        bring_in(project_id, source_id, MONTH + "2026-11-30;-9.00;EUR;;Fee\n")

        assert list(SourceMapping.objects.values_list("version", flat=True)) == [1]

    def test_may_have_nothing_new(self, project_id: ProjectId) -> None:
        """A part of what is known already is committed with no record, and says that all are duplicates."""
        source_id = add_source(project_id)
        bring_in(project_id, source_id, MONTH)

        detail = bring_in(project_id, source_id, HEADER + COFFEE + RENT)

        assert (detail.row.records, detail.row.duplicates, len(texts(project_id))) == (0, 2, 4)
        assert (2, {"EUR": Decimal("-853.00")}) == account(detail)["duplicate"]

    def test_accounts_for_lines_within_cells(self, project_id: ProjectId) -> None:
        """A duplicate whose quoted cell spans two lines is two physical lines."""
        source_id = add_source(project_id)
        letter = '2026-11-05;-5.00;EUR;;"two\nlines"\n'
        bring_in(project_id, source_id, HEADER + letter + COFFEE)

        detail = bring_in(project_id, source_id, HEADER + letter + RENT)

        assert {name: row[0] for name, row in account(detail).items()} == {"record": 1, "header": 1, "duplicate": 2}

    def test_accounts_for_entries_of_several_lines(self, project_id: ProjectId) -> None:
        """A known movement of a statement takes its lines of text along."""
        source_id = add_source(project_id)
        statement = ":20:S\n:25:A\n:28C:1\n:60F:C260331EUR0,00\n{}:62F:C260331EUR{},00\n"
        known, fresh = ":61:260331C1,00NTRFX\n:86:one\ntwo\n", ":61:260331C2,00NTRFY\n"
        bring_in(project_id, source_id, statement.format(known, 1), "a.sta")

        detail = bring_in(project_id, source_id, statement.format(known + fresh, 3), "b.sta")

        lines = {name: row[0] for name, row in account(detail).items()}
        assert lines == {"record": 1, "header": 3, "balance": 2, "duplicate": 3}

    def test_refuses_a_key_with_other_content(self, project_id: ProjectId) -> None:
        """The line is among the rejected with both places named, and its amount is accounted for."""
        source_id = add_source(project_id)
        header = "Transaction ID;Booking date;Amount;Currency;Text\n"
        bring_in(project_id, source_id, header + "T1;2026-11-01;-850.00;EUR;Rent\nT2;2026-11-03;-3.00;EUR;Coffee\n")

        detail = bring_in(
            project_id, source_id, header + "T2;2026-11-03;-3.50;EUR;Coffee\nT3;2026-11-04;-4.00;EUR;Tea\n", "b.csv"
        )

        assert (detail.row.records, detail.row.rejected, detail.row.duplicates) == (1, 1, 0)
        assert (1, {"EUR": Decimal("-3.50")}) == account(detail)["rejected"]
        (line,) = detail.rejected_lines
        assert (line.line, line.field) == (2, "key")
        assert "line 3 of bank.csv" in line.reason
        assert "-3.50" in line.raw

    def test_is_not_known_by_other_sources(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """The same bytes in another source, or another project, are that source's own records."""
        for project, name in ((project_id, "Bank"), (project_id, "Cash"), (other_project, "Bank")):
            bring_in(project, add_source(project, name), MONTH)

        assert (len(texts(project_id)), len(texts(other_project))) == (8, 4)


class TestFailedImport:
    def test_keeps_its_reason_and_can_be_tried_again(
        self, project_id: ProjectId, storage: Storage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file that vanished from the storage fails the import with a reason; brought back, it goes in."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        monkeypatch.setattr(imports, "prepare", _missing)
        with captured_events() as events:
            detail = commit(project_id, import_id)

        assert (
            detail.row.status,
            detail.row.error,
        ) == ("failed", "The storage has no file ab/cd. Upload the file again.")
        assert [detail.row.error] == [event.reason for event in events if isinstance(event, ImportFailed)]
        assert Record.objects.count() == 0

        monkeypatch.undo()
        assert (commit(project_id, import_id).row.status, look_at(project_id, import_id).row.error) == ("committed", "")

    def test_ends_after_its_last_try(self, project_id: ProjectId, monkeypatch: pytest.MonkeyPatch) -> None:
        """What fails again and again, for whatever cause, is a failed import in the end, with that cause."""
        import_id = upload(project_id, add_source(project_id), MONTH)
        Import.objects.filter(pk=import_id).update(tries=imports.MAX_TRIES)
        command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
        Import.objects.filter(pk=import_id).update(tries=imports.MAX_TRIES, error="ZeroDivisionError: division by zero")
        drain()

        row = look_at(project_id, import_id).row
        assert row.status == "failed"
        assert "tried 4 times" in row.error
        assert "ZeroDivisionError" in row.error


def _missing(*_: Any, **__: Any) -> None:
    raise FileMissingError("ab/cd")


LINES = [RENT, COFFEE, SALARY, "2026-11-09;oops;EUR;;No amount\n", "2026-11-09;7.25;USD;;Other money\n"]


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=6), min_size=1, max_size=3))
def test_every_line_of_every_file_is_accounted_for(files: list[list[str]], project_id: ProjectId) -> None:
    """Records, duplicates and rejected lines add up to the file, by count and amount; nothing is imported twice."""
    number = Import.objects.count()
    source_id = add_source(project_id, f"Source {number} {SourceId(len(files))} {IdBlock.objects.count()}")
    wanted: Counter[str] = Counter()
    for position, lines in enumerate(files):
        content = f"{HEADER}2026-11-30;{position}.01;EUR;;A line of its own\n{''.join(lines)}"
        detail = bring_in(project_id, source_id, content)

        assert len(lines) + 2 == sum(count for count, _ in account(detail).values())
        money = account(detail)
        total = sum(money.get(way, (0, {}))[1].get("EUR", Decimal(0)) for way in ("record", "duplicate"))
        assert (
            sum(
                Decimal(line.split(";")[1])
                for line in content.splitlines()[1:]
                if ";EUR;" in line and "oops" not in line
            )
            == total
        )
        wanted |= Counter(line for line in lines if "oops" not in line)
        rejected = lines.count(LINES[3])
        assert (rejected, rejected) == (detail.row.rejected, detail.rejected_total)

    assert wanted.total() + len(files) == Record.objects.filter(source_id=source_id).count()
