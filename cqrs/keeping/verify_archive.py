"""Checks the hash chains where they go on in the archive: file by file, up to the anchors of what the log still has."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cqrs.keeping import archive_file
from cqrs.keeping.archive_file import ArchivedEvent
from cqrs.keeping.verify import Flaw
from cqrs.log.chain import link
from cqrs.models import StreamAnchor

# Position and hash of an event.
_Place = tuple[int, str]


@dataclass(slots=True)
class ArchiveVerification:
    """How much was looked at so far; `flaws()` does the looking. It remembers one place for each stream."""

    stream: str | None = None
    files: int = field(default=0, init=False)
    events: int = field(default=0, init=False)
    _anchors: dict[str, _Place] = field(default_factory=dict, init=False)
    _last: dict[str, _Place] = field(default_factory=dict, init=False)

    def flaws(self) -> Iterator[Flaw]:
        """A file that a stopped run left half-written counts for nothing: its events are in the log or the next one."""
        anchors = StreamAnchor.objects.filter(**({"stream": self.stream} if self.stream else {}))
        needed = set(anchors.values_list("archive", flat=True))
        self._anchors = {each.stream: (each.position, each.hash) for each in anchors.iterator()}
        for name in archive_file.names():
            if archive_file.is_whole(name):
                self.files += 1
                yield from self._broken_links(name)
            elif name in needed:
                yield Flaw(name, 0, "the file was changed after it was written: restore it from a backup")
            needed.discard(name)
        for name in sorted(needed):
            yield Flaw(name, 0, "the file is not in the storage: put it back to have it checked")
        for stream, (position, _) in self._anchors.items():
            if self._last.get(stream, (0, ""))[0] < position:
                yield Flaw(stream, position, "no file has what was archived up to here")

    def _broken_links(self, name: str) -> Iterator[Flaw]:
        before: ArchivedEvent | None = None
        for this in archive_file.read(name):
            if self.stream in (None, this.content.stream):
                self.events += 1
                if what := self._wrong(this, before):
                    yield Flaw(this.content.stream, this.position, f"{what} ({name})")
                if this.position >= self._last.get(this.content.stream, (0, ""))[0]:
                    self._last[this.content.stream] = this.position, this.hash
                before = this

    def _wrong(self, this: ArchivedEvent, before: ArchivedEvent | None) -> str:
        stream = this.content.stream
        previous: str | None
        position, previous = self._last.get(stream, (0, ""))
        if this.position > position + 1:
            return f"does not follow the event before it, which is {position}: events are missing"
        if this.position <= position:  # an earlier file has it too: it was replayed before it could be deleted
            follows = before is not None and (before.content.stream, before.position) == (stream, this.position - 1)
            previous = before.hash if before is not None and follows else "" if this.position == 1 else None
        if previous is not None and this.hash != link(previous, this.position, this.sequence, this.content.digest()):
            return "its content and its hash differ: it was changed"
        if self._anchors.get(stream, (0, ""))[0] == this.position and self._anchors[stream][1] != this.hash:
            return "the log goes on from another event than this one"
        return ""
