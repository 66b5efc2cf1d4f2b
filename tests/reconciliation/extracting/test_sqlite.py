"""Queries against SQLite files: exact, read only, in bounded time."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reconciliation.extracting import AddressRefusedError, DatabaseAddress, Databases, QueryFailedError
from reconciliation.extracting import sqlite as reader

ROWS = [(1, "2026-11-01", "-850.10", 0.1), (2, "2026-11-13", "-3.00", 1e21), (3, None, "12345678901234567.89", -2.5)]


@pytest.fixture
def books(tmp_path: Path) -> Path:
    path = tmp_path / "books.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE entry (id INTEGER, day TEXT, amount TEXT, rate REAL)")
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", ROWS)
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "rows.parquet"


def extract(path: Path, statement: str, target: Path, seconds: int = 10) -> pa.Table:
    databases = Databases([], [path.parent], seconds)
    databases.extract(DatabaseAddress.parse(f"sqlite:///{path}"), "", statement, target, lambda _rows: None)
    return pq.read_table(target)


class TestSqlite:
    def test_gives_exact_numbers(self, books: Path, target: Path) -> None:
        """Integers and the shortest decimals of floating point as decimals, text as text, nothing as nothing."""
        table = extract(books, "SELECT id, day, amount, rate FROM entry ORDER BY id", target)

        assert table["id"].to_pylist() == [Decimal(1), Decimal(2), Decimal(3)]
        assert table["day"].to_pylist() == ["2026-11-01", "2026-11-13", None]
        assert table["amount"].to_pylist() == ["-850.10", "-3.00", "12345678901234567.89"]
        assert table["rate"].to_pylist() == [Decimal("0.1"), Decimal(10) ** 21, Decimal("-2.5")]

    def test_keeps_a_mixed_column_as_text(self, books: Path, target: Path) -> None:
        """SQLite does not mind what a column holds: each value is as it was, and columns of one name stay apart."""
        table = extract(books, "SELECT 1.50 AS a, 'x' AS a UNION ALL SELECT 'none', NULL", target)

        assert {name: table[name].to_pylist() for name in table.column_names} == {
            "a": ["1.5", "none"],
            "a (2)": ["x", None],
        }

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM entry",
            "INSERT INTO entry VALUES (4, '', '', 0)",
            "SELECT 1; DELETE FROM entry",
            "ATTACH '/etc/other.db' AS other",
            "PRAGMA query_only = OFF",
            "CREATE TEMP TABLE t AS SELECT 1",
            "SELECT load_extension('x')",
            "SELECT nothing FROM nowhere",
            "SELEC 1",
        ],
    )
    def test_refuses_all_but_reading(self, books: Path, target: Path, statement: str) -> None:
        """The file is as it was."""
        before = books.read_bytes()
        with pytest.raises(QueryFailedError):
            extract(books, statement, target)

        assert books.read_bytes() == before

    def test_ends_a_query_that_takes_too_long(self, books: Path, target: Path) -> None:
        """A query without an end, ended from outside."""
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

        with pytest.raises(QueryFailedError, match="longer than 0 seconds"):
            extract(books, endless, target, seconds=0)

    def test_says_that_there_are_no_rows(self, books: Path, target: Path) -> None:
        """An empty answer is no import."""
        with pytest.raises(QueryFailedError, match="no rows"):
            extract(books, "SELECT * FROM entry WHERE id > 9", target)

    def test_reads_in_blocks(self, books: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many rows there are, few of them are in memory; a later block may widen a column."""
        monkeypatch.setattr(reader, "BLOCK", 1)
        told: list[int] = []
        databases = Databases([], [books.parent], 10)
        address = DatabaseAddress.parse(f"sqlite:///{books}")

        rows = databases.extract(address, "", "SELECT rate FROM entry ORDER BY id", target, told.append)

        assert (rows, told) == (3, [0, 1, 2, 3])
        assert pq.read_table(target)["rate"].to_pylist()[1] == Decimal(10) ** 21

    def test_asks_only_what_is_still_allowed(self, books: Path, target: Path) -> None:
        """Also of a connection that was made before the operator changed the rules."""
        address = DatabaseAddress.parse(f"sqlite:///{books}")

        with pytest.raises(AddressRefusedError):
            Databases([], [], 10).extract(address, "", "SELECT 1", target, lambda _rows: None)
