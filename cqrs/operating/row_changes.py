"""Watches which rows the statements of a connection insert, change and delete, on both databases.

Each writing statement is made twice: once in a savepoint with `RETURNING *`, which tells the rows and is rolled back,
and once as it was. The former values are read in between. It costs time, and takes no lock that the work does not take.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cqrs.database import ALIAS, database

_WRITES = re.compile(
    r'^\s*(?:WITH\s+\w+\s+AS\s+\(\s*)?(INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE
)
_RETURNING = re.compile(r"\sRETURNING\s(?!.*\sRETURNING\s).*$", re.IGNORECASE | re.DOTALL)
Kind = Literal["insert", "update", "delete"]
_KINDS: dict[str, Kind] = {"I": "insert", "U": "update", "D": "delete"}
_WRITES_ELSEWHERE = re.compile(r"\s*(WITH\b.*\b(INTO|UPDATE|DELETE)|MERGE|COPY|TRUNCATE)\b", re.IGNORECASE | re.DOTALL)
_SHOWN = 1000
_AT_ONCE = 100

Row = dict[str, Any]
Key = tuple[Any, ...]
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


@dataclass(frozen=True)
class RowChange:
    """One row: `before` is empty for a new one, `after` for a deleted one; of a changed one both hold what differs."""

    table: str
    kind: Kind
    key: str
    before: Row
    after: Row

    @property
    def values(self) -> list[tuple[str, Any, Any]]:
        """Each column with its former and its new value."""
        return [(name, self.before.get(name), self.after.get(name)) for name in self.after or self.before]


@dataclass
class RowChanges:
    """What was seen. `unread`: statements that write, but whose rows could not be told; `beyond`: rows past 1,000."""

    rows: list[RowChange] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    beyond: int = 0

    def add(self, changes: Sequence[RowChange]) -> None:
        room = max(0, _SHOWN - len(self.rows))
        self.rows += changes[:room]
        self.beyond += len(changes[room:])


@contextmanager
def watched_rows() -> Iterator[RowChanges]:
    """The changes that this thread's connection makes inside; stands in a transaction."""
    changes, busy = RowChanges(), [False]

    def watch(execute: Execute, sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001  # Django's signature
        if busy[0]:
            return execute(sql, values, many, context)
        busy[0] = True
        try:
            if inserted := _is_rewindable(sql, context["connection"]):
                answer = execute(sql, values, many, context)
                _record_inserted(changes, inserted, sql, context["cursor"])
                return answer
            _look(changes, sql, values if many else (values,))
        finally:
            busy[0] = False
        return execute(sql, values, many, context)

    with database().execute_wrapper(watch):
        yield changes


def _is_rewindable(sql: str, connection: BaseDatabaseWrapper) -> str:
    """The table of an insert that answers keys on PostgreSQL, where a key of the rolled back one would be another."""
    found = _WRITES.match(sql)
    if connection.vendor != "postgresql" or not found or found[1][0].upper() != "I" or not _RETURNING.search(sql):
        return ""
    return found[2]


def _record_inserted(changes: RowChanges, table: str, sql: str, cursor: Any) -> None:
    names = [column[0] for column in cursor.description or ()]
    if not set(_key_columns(table)) <= set(names):
        changes.unread.append(sql)
        return
    answered = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    cursor.scroll(0, mode="absolute")  # whoever made the statement reads the answer again
    for key, row in _stored(database(), table, answered).items():
        changes.add([RowChange(table, "insert", _text(key), {}, row)])
    changes.beyond += max(0, len(answered) - _SHOWN)


def _look(changes: RowChanges, sql: str, batches: Iterable[Any]) -> None:
    if found := _WRITES.match(sql):
        for values in batches:
            _record(changes, found[2], _KINDS[found[1][0].upper()], sql, values)
    elif _WRITES_ELSEWHERE.match(sql):
        changes.unread.append(sql)


def _record(changes: RowChanges, table: str, kind: Kind, sql: str, values: Any) -> None:
    """An error of the statement is that of the work: it meets it when the statement is made as it was."""
    connection = database()
    try:
        with transaction.atomic(using=ALIAS):
            after = _rows(connection, f"{_RETURNING.sub('', sql)} RETURNING *", values)
            transaction.set_rollback(True, using=ALIAS)
    except DatabaseError:
        changes.unread.append(sql)
        return
    before = {} if kind == "insert" else _stored(connection, table, after)
    changes.add([_change(table, kind, before, row) for row in after])


def _change(table: str, kind: Kind, stored: Mapping[Key, Row], row: Row) -> RowChange:
    key = _key(table, row)
    if kind == "insert":
        return RowChange(table, kind, _text(key), {}, row)
    if kind == "delete":
        return RowChange(table, kind, _text(key), row, {})
    before = stored.get(key, {})
    differing = [name for name in row if name not in before or before[name] != row[name]]
    former, now = {name: before.get(name) for name in differing}, {name: row[name] for name in differing}
    return RowChange(table, kind, _text(key), former, now)


def _stored(connection: BaseDatabaseWrapper, table: str, rows: Sequence[Row]) -> dict[Key, Row]:
    """The rows with the same keys as they stand in the table."""
    quoted, found = connection.ops.quote_name, dict[Key, Row]()
    same = " AND ".join(f"{quoted(column)} = %s" for column in _key_columns(table))
    for start in range(0, min(len(rows), _SHOWN), _AT_ONCE):
        keys = [_key(table, row) for row in rows[start : start + _AT_ONCE]]
        places = " OR ".join([f"({same})"] * len(keys))
        statement = f"SELECT * FROM {quoted(table)} WHERE {places}"  # noqa: S608  # names of ours
        found |= {_key(table, row): row for row in _rows(connection, statement, [part for key in keys for part in key])}
    return found


def _key(table: str, row: Row) -> Key:
    return tuple(row.get(column) for column in _key_columns(table))


def _text(key: Key) -> str:
    return ", ".join(map(str, key))


def _rows(connection: BaseDatabaseWrapper, statement: str, values: Any) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@cache
def _key_columns(table: str) -> tuple[str, ...]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:  # noqa: SLF001  # as Django documents it
            return tuple(str(field.column) for field in model._meta.pk_fields)  # noqa: SLF001  # the same
    return ("id",)
