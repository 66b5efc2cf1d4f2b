"""The database that holds the event log, and how its values are written as plain SQL parameters."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = DEFAULT_DB_ALIAS
EVENT_TABLE = "cqrs_event"
DELIVERY_TABLE = "cqrs_delivery"


def database() -> BaseDatabaseWrapper:
    """The connection of this thread."""
    return connections[ALIAS]


def parameter(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """The value as this database takes it (SQLite knows neither UUIDs nor instants)."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
