from datetime import UTC, date, datetime
from uuid import UUID

import pyarrow as pa
import pytest
from django.db import IntegrityError

from reconciliation.models import Import, Record
from reconciliation.models.bulk import delete_range, load
from reconciliation.models.record_table import record_table
from tests.reconciliation.lines import lines

pytestmark = pytest.mark.django_db

ODD = 'quote " comma , semicolon ; line\nbreak\r\nbackslash \\N \\. tab\t'


def table(*rows: dict[str, object], first: int = 1) -> pa.Table:
    records = lines(*rows)
    count = len(rows)
    records = records.append_column("fingerprint", pa.array(["00112233445566778899aabbccddeeff"] * count))
    records = records.append_column("occurrence", pa.array([1] * count, pa.int32()))
    return record_table(records, Import(pk=7, project_id=5, source_id=6), first)


class TestLoad:
    def test_every_value_arrives_as_it_was(self) -> None:
        """Dates, instants, the largest integers, quotes and line breaks: what Django reads equals what was written."""
        instant = datetime(2026, 11, 3, 9, 30, 15, 250_000, tzinfo=UTC)
        row = {
            "key": "007",
            "account": ODD,
            "booking_date": date(2026, 11, 3),
            "value_date": date(1999, 12, 31),
            "occurred_at": instant,
            "amount": 2**63 - 1,
            "scale": 12,
            "currency": "KWD",
            "reference": "",
            "counterparty": "Müller 銀行 🏦",
        }
        load(Record, table(row))

        found = Record.objects.get()
        assert row == {name: getattr(found, name) for name in row}
        assert (found.id, found.project_id, found.source_id, found.import_id, found.line, found.row) == (
            1,
            5,
            6,
            7,
            2,
            1,
        )
        assert UUID("00112233445566778899aabbccddeeff") == found.fingerprint

    def test_null_is_not_empty(self) -> None:
        """A field that the file does not have is null, one that it leaves empty is empty."""
        load(Record, table({"reference": ""}, {"reference": None}))

        assert list(Record.objects.order_by("id").values_list("reference", flat=True)) == ["", None]

    def test_an_instant_is_found_by_its_whole_second(self) -> None:
        """A loaded instant compares equal to the same instant asked for by Django."""
        instant = datetime(2026, 11, 3, 9, 30, 15, tzinfo=UTC)
        load(Record, table({"occurred_at": instant}))

        assert Record.objects.filter(occurred_at=instant).exists()

    def test_it_tells_how_far_it_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The guard comes before each chunk and the report after it."""
        for size in ("ROWS_PER_COPY", "ROWS_PER_INSERT"):
            monkeypatch.setattr(f"reconciliation.models.bulk.{size}", 2)
        calls: list[tuple[str, int]] = []

        load(
            Record,
            table({}, {}, {}),
            between=lambda rows: calls.append(("written", rows)),
            guard=lambda rows: calls.append(("guard", rows)),
        )

        assert calls == [("guard", 0), ("written", 2), ("guard", 2), ("written", 3)]
        assert Record.objects.count() == 3

    def test_a_chunk_is_whole_or_absent(self) -> None:
        """A row that the database refuses takes its chunk with it."""
        load(Record, table({}, first=3))
        with pytest.raises(IntegrityError):
            load(Record, table({}, {}, {}, first=1))

        assert list(Record.objects.values_list("id", flat=True)) == [3]


def test_a_range_is_deleted_and_nothing_beside_it() -> None:
    """Ids before and behind the block stay."""
    load(Record, table({}, {}, {}, {}, {}))

    delete_range(Record, 2, 3)

    assert sorted(Record.objects.values_list("id", flat=True)) == [1, 5]
