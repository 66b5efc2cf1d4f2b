"""Step: a command that names the version it saw is refused when that is not the newest, and told who changed it."""

from collections.abc import Callable
from typing import Any

from cqrs import log
from cqrs.errors import StaleVersionError
from cqrs.registry import Entry, registry


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    """For commands with a field `expected_version`: the position of their `stream()`, or compared by the handler."""
    if "expected_version" not in entry.type.__dataclass_fields__:  # type: ignore[attr-defined]  # a message is one
        return None
    return _of_stream if callable(getattr(entry.type, "stream", None)) else _of_handler


def _of_stream(command: Any, proceed: Callable[[Any], Any]) -> Any:
    if command.expected_version is None:
        return proceed(command)
    with log.expecting(command.stream(), command.expected_version):
        return proceed(command)


def _of_handler(command: Any, proceed: Callable[[Any], Any]) -> Any:
    try:
        return proceed(command)
    except StaleVersionError as error:
        if error.stream and not error.changes and error.behind > 0:
            name = registry.entry(error.event).name if error.event else None
            error.changes = log.last_changes(error.stream, error.behind, name)
        raise
