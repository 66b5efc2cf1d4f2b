"""Errors that a handler raises for its caller, and errors in how the buses are used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class DomainError(Exception):
    """It cannot be done now."""

    # A subclass says in its docstring what a person reads, and is raised with the detail: NameTakenError("Q3 close").

    def __init__(self, detail: str = "", *, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields: dict[str, list[str]] = {name: list(texts) for name, texts in (fields or {}).items()}

    @property
    def code(self) -> str:
        """The class's name for machines: ProjectNameTakenError is project_name_taken."""
        return _CAPITAL.sub("_", type(self).__name__.removesuffix("Error")).lower()

    @property
    def text(self) -> str:
        """What a person reads: the first paragraph of the class's docstring."""
        return " ".join((type(self).__doc__ or "").strip().split("\n\n")[0].split())

    def __str__(self) -> str:
        return self.detail or self.text


class NotFoundError(DomainError):
    """There is no such thing, or you may not know of it."""


class NotAllowedError(DomainError):
    """You are not allowed to do this."""


class ConflictError(DomainError):
    """Somebody else changed this in the meantime."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed a thing how, and when: one event of its stream."""

    position: int
    name: str
    actor_name: str
    at: datetime

    def __str__(self) -> str:
        return f"{self.name} by {self.actor_name} at {self.at:%Y-%m-%d %H:%M:%S} UTC"


class StaleVersionError(ConflictError):
    """It changed since you looked. Look again, then decide."""

    # A handler that compares a version itself names the stream and how many changes the caller is behind, if each
    # change is one event there, and which event if there are others; the concurrency step then looks up who made them.

    def __init__(
        self,
        detail: str = "",
        *,
        stream: str = "",
        behind: int = 0,
        event: type | None = None,
        changes: Sequence[Change] = (),
    ) -> None:
        super().__init__(detail)
        self.stream = stream
        self.behind = behind
        self.event = event
        self.changes = tuple(changes)

    def __str__(self) -> str:
        since = "; ".join(map(str, self.changes))
        return f"{super().__str__()} Since then: {since}." if since else super().__str__()


class InvalidMessageError(DomainError):
    """Some of what you entered cannot be right."""

    def __init__(self, fields: Mapping[str, Sequence[str]] | None = None, *, detail: str = "") -> None:
        super().__init__(detail, fields=fields)

    def __str__(self) -> str:
        return self.detail or "; ".join(f"{name}: {text}" for name, texts in self.fields.items() for text in texts)


class LeaseLostError(Exception):
    """Another worker took this delivery over: the lease lapsed. Stop and undo; the other one does the work."""


class NotYetError(Exception):
    """A worker cannot do this delivery now, though nothing went wrong: it is handed back and counts as no attempt."""

    def __init__(self, reason: str, *, after: timedelta) -> None:
        super().__init__(reason)
        self.after = after


class UndecodableEventError(Exception):
    """A stored event that this code cannot read: its name or version is unknown here."""


class MisuseError(Exception):
    """The buses are used in a way that can never work; the text says how to put it right."""


class NoHandlerError(MisuseError):
    """A message needs exactly one handler: write one, or remove the others."""


class NoTransactionError(MisuseError):
    """Publish inside a handler or a `transaction.atomic()`: an event is stored with the change that it tells of."""


class WriteInQueryError(MisuseError):
    """A query handler wrote to the database or dispatched a command. Make it a command."""
