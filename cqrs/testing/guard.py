"""A guard on the connection: in a test, only what a bus or a worker runs may write to the tables of your apps."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType
from typing import Any

from django.apps import apps

from cqrs.database import database
from cqrs.errors import MisuseError

_WRITE = re.compile(r'^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)"?', re.IGNORECASE)
_RUNS_HANDLERS = ("cqrs.buses.commands", "cqrs.buses.events", "cqrs.deliveries", "cqrs.projections", "cqrs.log.feed")
_LIBRARIES = ("django.", "cqrs.", "contextlib", "factory.")

_allowed: ContextVar[bool] = ContextVar("cqrs_writing_anyway", default=False)


class StrayWriteError(MisuseError):
    """Code outside of any handler, subscriber or worker wrote to a guarded table. Dispatch a command instead."""


@contextmanager
def only_handlers_write(*app_labels: str) -> Iterator[None]:
    """A write of this thread to these apps' tables raises, naming its line, unless a bus or a worker runs it."""
    tables = {
        model._meta.db_table  # noqa: SLF001  Django's documented name
        for label in app_labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }

    def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  Django's call
        found = _WRITE.match(str(sql))
        if found and found[1] in tables and not _allowed.get():
            _refuse_stray(found[1])
        return execute(sql, params, many, context)

    with database().execute_wrapper(refuse):
        yield


@contextmanager
def writing_anyway() -> Iterator[None]:
    """Inside, the guard looks away: for factories that prepare what no command can make."""
    token = _allowed.set(True)
    try:
        yield
    finally:
        _allowed.reset(token)


def _refuse_stray(table: str) -> None:
    culprit: FrameType | None = None
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001  the only door to the stack; starts behind the guard
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith(_RUNS_HANDLERS):
            return
        if culprit is None and not module.startswith(_LIBRARIES):
            culprit = frame
        frame = frame.f_back
    assert culprit is not None
    place = f"{culprit.f_code.co_filename}:{culprit.f_lineno} in {culprit.f_code.co_name}"
    raise StrayWriteError(f"{place} writes to {table} outside of a handler. Make it a command and dispatch that.")
