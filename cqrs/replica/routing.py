"""Where the ORM reads while a query is answered on the replica."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from cqrs.database import ALIAS

REPLICA = "replica"

_routed: ContextVar[bool] = ContextVar("cqrs_routed", default=False)


@contextmanager
def routed() -> Iterator[None]:
    token = _routed.set(True)
    try:
        yield
    finally:
        _routed.reset(token)


class Router:
    """Answers for every ORM call that names no database, related objects and a stray write included.

    The write then fails on the replica, as it would on the primary, which is made read-only for queries too.
    """

    def db_for_read(self, _model: object, **hints: Any) -> str | None:
        if _routed.get():
            return REPLICA
        # What was read on the replica is written, and its relations are looked up, on the primary again.
        instance = hints.get("instance")
        return ALIAS if instance is not None and instance._state.db == REPLICA else None  # noqa: SLF001  no other way

    db_for_write = db_for_read

    def allow_relation(self, *objects: Any, **_hints: Any) -> bool | None:
        return True if {each._state.db for each in objects} <= {ALIAS, REPLICA} else None  # noqa: SLF001  see above

    def allow_migrate(self, alias: str, _app_label: str, **_hints: Any) -> bool | None:
        """The replica gets its tables from the primary."""
        return False if alias == REPLICA else None
