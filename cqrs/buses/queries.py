"""The query bus, and how a database is made to refuse writes while a query is answered."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TypeVar

from django.db import DatabaseError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cqrs.context import current_context, entering
from cqrs.database import ALIAS, database
from cqrs.errors import WriteInQueryError
from cqrs.injection import call
from cqrs.messages import Query
from cqrs.pipeline.authorisation import authorise
from cqrs.pipeline.validation import validate
from cqrs.registry import registry

R = TypeVar("R")

_asking: ContextVar[bool] = ContextVar("cqrs_asking", default=False)

_POSTGRES_READ_ONLY = "25006"
_SQLITE_READ_ONLY = 8


class QueryBus:
    def ask(self, query: Query[R]) -> R:
        """Context, authorisation, validation, handler, and a database that refuses whatever the handler writes."""
        entry = registry.entry(type(query))
        with entering(current_context()) as context, reading_only():
            authorise(entry, query, context)
            validate(query)
            answer: R = call(entry.handler, query)
        return answer


query_bus = QueryBus()


def refuse_in_query(command: str) -> None:
    if _asking.get():
        raise WriteInQueryError(f"{command} was dispatched while a query was answered.")


@contextmanager
def reading_only() -> Iterator[None]:
    """Refuse writes inside, also within an open transaction, whose writes go on afterwards."""
    if _asking.get():
        yield
        return
    token = _asking.set(True)
    connection = database()
    try:
        with _sqlite(connection) if connection.vendor == "sqlite" else _postgres(connection):
            yield
    except DatabaseError as error:
        if _is_refused_write(error):
            raise WriteInQueryError(str(error)) from error
        raise
    finally:
        _asking.reset(token)


@contextmanager
def _postgres(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Within a transaction this is a savepoint: PostgreSQL gives the outer one its mode back at the savepoint's end."""
    with transaction.atomic(using=ALIAS):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


@contextmanager
def _sqlite(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """No transaction of its own: Django's would be an immediate one and take the only write lock.

    Within a transaction a savepoint keeps a refused write from spoiling what is around it.
    """
    connection.ensure_connection()
    # Below Django, which refuses every statement, this one too, between an error and the rollback.
    raw = connection.connection
    raw.execute("PRAGMA query_only = 1")
    try:
        with transaction.atomic(using=ALIAS) if connection.in_atomic_block else nullcontext():
            yield
    finally:
        raw.execute("PRAGMA query_only = 0")


def _is_refused_write(error: DatabaseError) -> bool:
    cause = error.__cause__
    return (
        getattr(cause, "sqlstate", None) == _POSTGRES_READ_ONLY
        or getattr(cause, "sqlite_errorcode", None) == _SQLITE_READ_ONLY
    )
