import numpy as np
import pyarrow as pa
import pytest

from reconciliation.models import Import, Record
from reconciliation.models.bulk import load
from reconciliation.models.id_column import ids_among, ids_of
from reconciliation.models.record_table import record_table
from tests.reconciliation.lines import lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def records() -> None:
    """Seven records of two accounts, with the largest ids that there are."""
    rows = lines(*({"account": account} for account in "abababa"))
    rows = rows.append_column("fingerprint", pa.array(["00112233445566778899aabbccddeeff"] * 7))
    rows = rows.append_column("occurrence", pa.array([1] * 7, pa.int32()))
    load(Record, record_table(rows, Import(pk=7, project_id=5, source_id=6), 2**63 - 8))


@pytest.mark.usefixtures("records")
class TestIdColumn:
    def test_reads_all_of_the_rows_asked_for(self) -> None:
        """Whatever way the database hands them over, the ids are those of the rows."""
        found = ids_of(Record.objects.filter(account="a"), "id")

        assert [2**63 - 8 + place for place in (0, 2, 4, 6)] == sorted(found.tolist())
        assert ids_of(Record.objects.filter(account="none's"), "id").tolist() == []

    def test_looks_some_up_among_them(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Ids that the rows do not have are not there, however many questions it takes."""
        monkeypatch.setattr("reconciliation.models.id_column.IDS_AT_ONCE", 4)
        wanted = np.array([1, *range(2**63 - 8, 2**63 - 3)], np.int64)

        found = ids_among(Record.objects.filter(account="a"), "id", wanted)

        assert sorted(found.tolist()) == [2**63 - 8, 2**63 - 6, 2**63 - 4]
