"""The database that holds the event log, and how its values are written as plain SQL parameters."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

ALIAS = DEFAULT_DB_ALIAS
EVENT_TABLE = "cqrs_event"
DELIVERY_TABLE = "cqrs_delivery"
_PLAIN = frozenset({str, int, type(None)})


def database() -> BaseDatabaseWrapper:
    """The connection of this thread."""
    return connections[ALIAS]


def identity(connection: BaseDatabaseWrapper | None = None) -> str:
    """Which database this is: the same in every process, under whatever name that reaches it."""
    given = (connection or database()).settings_dict
    return _identity(given["ENGINE"], given["HOST"], given["PORT"], str(given["NAME"]))


@cache
def _identity(_engine: str, _host: str, _port: str, name: str) -> str:
    connection = database()
    if connection.vendor == "sqlite":
        text = str(Path(name).resolve())
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database() || '@' || system_identifier FROM pg_control_system()")
            text = cursor.fetchone()[0]
    return blake2b(text.encode(), digest_size=8).hexdigest()


def generation() -> str:
    """Another text after each commit that published an event, whoever made it (PostgreSQL: after any that wrote)."""
    connection = database()
    newest = f"SELECT MAX(sequence) FROM {EVENT_TABLE}"  # noqa: S608  # SQLite commits one after the other, in this order
    with connection.cursor() as cursor:
        cursor.execute(newest if connection.vendor == "sqlite" else "SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def parameter(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """The value as this database takes it (SQLite knows neither UUIDs nor instants)."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def parameters(values: Iterable[Any], connection: BaseDatabaseWrapper) -> list[Any]:
    """Many of them, most of which every database takes as they are."""
    return [value if type(value) in _PLAIN else parameter(value, connection) for value in values]


def preparing_cursor() -> CursorWrapper:
    """A cursor whose repeated statements PostgreSQL plans once, if the database's OPTIONS set `prepare_threshold`.

    A pooler that gives each transaction another backend does not bear that, so it is the project's choice.
    """
    connection = database()
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor  # noqa: PLC0415  # needs the driver

    connection.ensure_connection()
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    cursor: Any = cast("Any", ServerBindingCursor)(connection.connection)  # the stubs know psycopg 2 only
    return wrap(cursor)
