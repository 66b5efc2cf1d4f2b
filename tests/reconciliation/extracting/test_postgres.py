"""Queries against PostgreSQL, which is what they are about: exact, read only, streamed, in bounded time."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from reconciliation.extracting import DatabaseAddress, Databases, QueryFailedError

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def address() -> DatabaseAddress:
    """The server that the tests run on."""
    settings = connection.settings_dict
    place = f"postgresql://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
    return DatabaseAddress.parse(place)


@pytest.fixture
def written() -> Iterator[str]:
    """A table of somebody else's, committed, so that another connection sees it."""
    settings = connection.get_connection_params()
    wanted = {name: settings[name] for name in ("dbname", "user", "host", "port") if name in settings}
    with psycopg.connect(**wanted, password=settings.get("password"), autocommit=True) as other:
        other.execute("CREATE TABLE theirs (id int, amount numeric, price numeric(12, 4), day date, note text)")
        other.execute(
            "INSERT INTO theirs VALUES (1, 0.10, 1.5, '2026-11-01', 'a'), (2, 12345678901234567.891, -2, NULL, NULL),"
            " (3, 100, NULL, 'infinity', E'tab\\there')"
        )
        yield "theirs"
        other.execute("DROP TABLE theirs")


def extract(address: DatabaseAddress, statement: str, target: Path, seconds: int = 20) -> pa.Table:
    password = connection.settings_dict["PASSWORD"]
    databases = Databases([address.host], [], seconds)
    databases.extract(address, password, statement, target, lambda _rows: None)
    return pq.read_table(target)


class TestPostgres:
    def test_gives_exact_numbers(self, address: DatabaseAddress, written: str, tmp_path: Path) -> None:
        """Decimals at the scale that they have, days as text, and no value that Python's own types could not hold."""
        table = extract(address, f"SELECT * FROM {written} ORDER BY id;", tmp_path / "rows")

        assert table["amount"].to_pylist() == [Decimal("0.10"), Decimal("12345678901234567.891"), Decimal(100)]
        assert table["price"].to_pylist() == [Decimal("1.5"), Decimal(-2), None]
        assert table["day"].to_pylist() == ["2026-11-01", None, "infinity"]
        assert table["note"].to_pylist() == ["a", None, "tab\there"]

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM theirs",
            "WITH gone AS (DELETE FROM theirs RETURNING id) SELECT * FROM gone",
            "SELECT 1; DELETE FROM theirs",
            "SELECT set_config('transaction_read_only', 'off', true)",
            "SELECT nextval('cqrs_event_sequence_seq')",
            "COPY theirs TO '/tmp/theirs'",
            "SELECT nothing",
        ],
    )
    def test_refuses_all_but_reading(
        self, address: DatabaseAddress, written: str, tmp_path: Path, statement: str
    ) -> None:
        """What writes is refused by the server itself, and all rows are still there."""
        with pytest.raises(QueryFailedError):
            extract(address, statement, tmp_path / "rows")

        assert extract(address, f"SELECT count(*) AS n FROM {written}", tmp_path / "n")["n"].to_pylist() == [3]

    def test_ends_a_query_that_takes_too_long(self, address: DatabaseAddress, tmp_path: Path) -> None:
        """The server cancels it."""
        with pytest.raises(QueryFailedError, match=re.compile("statement timeout")):
            extract(address, "SELECT pg_sleep(20)", tmp_path / "rows", seconds=1)

    def test_streams_many_rows(self, address: DatabaseAddress, tmp_path: Path) -> None:
        """In blocks, through a cursor on the server."""
        told: list[int] = []
        rows = Databases([address.host], [], 20).extract(
            address,
            connection.settings_dict["PASSWORD"],
            "SELECT i, i * 0.01 AS amount FROM generate_series(1, 25000) AS i",
            tmp_path / "rows",
            told.append,
        )

        assert (rows, told) == (25_000, [0, 10_000, 20_000, 25_000])
        assert pq.read_table(tmp_path / "rows")["amount"].to_pylist()[-1] == Decimal("250.00")

    def test_tells_no_password(self, address: DatabaseAddress, tmp_path: Path) -> None:
        """Whatever the server or the library says about a failure."""
        databases = Databases([address.host], [], 5)

        with pytest.raises(QueryFailedError) as failure:
            databases.extract(
                address, "hunter2-secret", "SELECT 'hunter2-secret'::int", tmp_path / "x", lambda _n: None
            )
        assert "hunter2-secret" not in repr(failure.value)
