"""How a database is made to refuse writes while a query is answered."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from contextvars import ContextVar

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from cqrs.database import ALIAS
from cqrs.errors import WriteInQueryError

_asking: ContextVar[bool] = ContextVar("cqrs_asking", default=False)

_POSTGRES_READ_ONLY = "25006"
_SQLITE_READ_ONLY = 8


def is_asking() -> bool:
    """Whether a query is being answered here."""
    return _asking.get()


def refuse_in_query(command: str) -> None:
    if _asking.get():
        raise WriteInQueryError(f"{command} was dispatched while a query was answered.")


@contextmanager
def reading_only(*aliases: str) -> Iterator[None]:
    """Refuse writes inside to these databases, also within an open transaction, whose writes go on afterwards."""
    token = _asking.set(True)
    try:
        with ExitStack() as guards:
            for connection in (connections[alias] for alias in aliases or (ALIAS,)):
                guards.enter_context(_sqlite(connection) if connection.vendor == "sqlite" else _postgres(connection))
            yield
    except Exception as error:
        if _is_refused_write(error) or _is_refused_write(error.__cause__):
            raise WriteInQueryError(str(error)) from error
        raise
    finally:
        _asking.reset(token)


@contextmanager
def _postgres(connection: BaseDatabaseWrapper) -> Iterator[None]:
    if connection.in_atomic_block:  # a savepoint: PostgreSQL gives the outer transaction its mode back at its end
        with transaction.atomic(using=connection.alias):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            yield
        return
    connection.close_if_health_check_failed()  # now: later it would put a connection that may write in this one's place
    connection.ensure_connection()
    raw = connection.connection
    raw.read_only = True  # psycopg begins with BEGIN READ ONLY, at the first statement and not before
    try:
        with transaction.atomic(using=connection.alias):
            yield
    finally:
        if not raw.closed:
            raw.read_only = None


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
        with transaction.atomic(using=connection.alias) if connection.in_atomic_block else nullcontext():
            yield
    finally:
        raw.execute("PRAGMA query_only = 0")


def _is_refused_write(error: BaseException | None) -> bool:
    """An error of the driver, which Django's is raised from unless the handler went past Django (COPY)."""
    return (
        getattr(error, "sqlstate", None) == _POSTGRES_READ_ONLY
        or getattr(error, "sqlite_errorcode", None) == _SQLITE_READ_ONLY
    )
