"""Archived events: JSON lines in a file of Django's storage, whose last line tells a whole file from a torn one."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile

import msgspec
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage

from cqrs.errors import ConflictError
from cqrs.log.chain import COLUMNS, Content
from cqrs.models import StoredEvent, StreamAnchor

FOLDER = "events"


@dataclass(frozen=True, slots=True)
class ArchivedEvent:
    """A row of the log, as it stands on a line."""

    content: Content
    position: int
    sequence: int
    transaction_id: int
    hash: str

    @classmethod
    def of(cls, event: StoredEvent) -> "ArchivedEvent":
        content = Content(**{name: getattr(event, name) for name in COLUMNS})
        return cls(content, event.position, event.sequence, event.transaction_id, event.hash)


@dataclass(frozen=True, slots=True)
class _End:
    """The last line: how many stand before it, and their SHA-256."""

    events: int
    sha256: str


class TornArchiveError(ConflictError):
    """The file does not end as it should: its writer was stopped, or it was changed."""


_line = msgspec.json.Decoder(ArchivedEvent)
_end = msgspec.json.Decoder(_End)


def write(name: str, events: Iterable[StoredEvent]) -> str | None:
    """Store them; the name of the file, none for no events. It is on the disk, or with the store, when this returns."""
    digest, count = sha256(), 0
    with TemporaryFile() as file:
        for event in events:
            line = msgspec.json.encode(ArchivedEvent.of(event)) + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
        if not count:
            return None
        file.write(msgspec.json.encode(_End(count, digest.hexdigest())) + b"\n")
        file.seek(0)
        stored = default_storage.save(f"{FOLDER}/{name}.jsonl", File(file))
    _sync(stored)
    return stored


def _sync(name: str) -> None:
    if isinstance(default_storage, FileSystemStorage):  # others answer once they have it
        with open(default_storage.path(name), "rb") as file:  # noqa: PTH123  # os.fsync needs no Path
            os.fsync(file.fileno())


def read(name: str) -> Iterator[ArchivedEvent]:
    """The events of a file, one at a time. Raises TornArchiveError at its end, so look at all of it before trusting."""
    digest, count, line = sha256(), 0, b""
    try:
        with default_storage.open(name, "rb") as file:
            for following in file:
                if line:
                    digest.update(line)
                    count += 1
                    yield _line.decode(line)
                line = following
        end = _end.decode(line)
    except msgspec.DecodeError as error:
        raise TornArchiveError(name) from error
    if end != _End(count, digest.hexdigest()):
        raise TornArchiveError(name)


def is_whole(name: str) -> bool:
    try:
        for _ in read(name):
            pass
    except TornArchiveError:
        return False
    return True


def counts(name: str) -> bool:
    """Whether its writer finished it. Raises TornArchiveError where it did, and the file was changed since."""
    if is_whole(name):
        return True
    if StreamAnchor.objects.filter(archive=name).exists():
        raise TornArchiveError(f"{name} was changed after events had been moved to it. Restore it from a backup.")
    return False


def names() -> list[str]:
    """All archives, the oldest first."""
    try:
        _, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    return [f"{FOLDER}/{name}" for name in sorted(files) if name.endswith(".jsonl")]


def holding(wanted: Callable[[ArchivedEvent], bool]) -> str | None:
    """The newest archive that has such an event. Reads them: for an operator who looks for something.

    Raises TornArchiveError for one that can no longer tell.
    """
    for name in reversed(names()):
        if counts(name) and any(wanted(each) for each in read(name)):
            return name
    return None
