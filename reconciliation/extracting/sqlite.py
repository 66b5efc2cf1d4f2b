"""SQLite: the file opened for reading, with an authoriser that lets a query read and nothing else."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from urllib.parse import quote

from reconciliation.extracting.address import DatabaseAddress
from reconciliation.extracting.columns import Value
from reconciliation.extracting.failures import QueryFailedError

BLOCK = 10_000
STEPS = 10_000
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def sqlite_rows(
    address: DatabaseAddress, _password: str, statement: str, seconds: int
) -> Iterator[tuple[Sequence[str], Sequence[Sequence[Value]]]]:
    """Names of the columns and a block of rows, again and again; the first may be empty."""
    deadline = time.monotonic() + seconds
    try:
        with closing(sqlite3.connect(f"file:{quote(address.database)}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.set_authorizer(_authorise)
            connection.set_progress_handler(lambda: int(time.monotonic() > deadline), STEPS)
            cursor = connection.execute(statement)
            names = [column[0] for column in cursor.description or ()]
            yield names, []
            while block := cursor.fetchmany(BLOCK):
                yield names, [tuple(map(_value, row)) for row in block]
    except (sqlite3.Error, sqlite3.Warning) as error:
        told = f"It took longer than {seconds} seconds" if str(error) == "interrupted" else str(error)
        raise QueryFailedError(f"{told}.") from error


def _authorise(action: int, *_about: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _value(value: object) -> Value:
    """A number as the shortest decimal that stands for it; bytes in hexadecimal."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    assert isinstance(value, bytes)
    return value.hex()
