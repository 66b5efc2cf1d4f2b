"""Checks the hash chain of every stream, in one pass over the log that remembers one event at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, F, Func, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat

from cqrs.database import database
from cqrs.log.chain import COLUMNS, digest, link
from cqrs.models import StoredEvent, StreamAnchor
from cqrs.read_only import reading_only

_CHUNK = 2000
_STREAM = COLUMNS.index("stream")
_ANCHORED = Concat(Cast("position", CharField()), Value(" "), "hash", output_field=CharField())


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where the log is not what was published, and what is wrong there."""

    stream: str
    position: int
    what: str


@dataclass(frozen=True, slots=True)
class _Last:
    """The event before: what the next one has to fit to. Two hashes, where its own is not the one it should have."""

    position: int
    hashes: tuple[str, ...]
    sequence: int = 0
    transaction_id: int = 0


@dataclass(slots=True)
class Verification:
    """How much was looked at so far; `flaws()` does the looking."""

    stream: str | None = None
    streams: int = field(default=0, init=False)
    events: int = field(default=0, init=False)

    def flaws(self) -> Iterator[Flaw]:
        """Reads one state of the database: what is published or archived meanwhile does not disturb."""
        with reading_only():
            yield from self._broken_links()
            yield from self._lost_streams()
            yield from self._foreign_transactions()

    def _broken_links(self) -> Iterator[Flaw]:
        anchor = StreamAnchor.objects.filter(stream=OuterRef("stream"))
        text = Subquery(anchor.annotate(text=_ANCHORED).values("text"))
        rows = self._events().order_by("stream", "position").values_list(
            *COLUMNS, "position", "sequence", "transaction_id", "hash", text
        )  # fmt: skip
        stream, last = "", _Last(0, ("",))
        for *values, position, sequence, transaction_id, stored, anchored in rows.iterator(_CHUNK):
            if values[_STREAM] != stream:
                stream, last = values[_STREAM], _start(anchored)
                self.streams += 1
            this = _Last(position, (stored,), sequence, transaction_id)
            what, last = _compare(last, this, digest(values))
            if what:
                yield Flaw(stream, position, what)
            self.events += 1

    def _lost_streams(self) -> Iterator[Flaw]:
        """The newest event of a stream is never archived."""
        kept = StoredEvent.objects.filter(stream=OuterRef("stream"))
        anchors = StreamAnchor.objects.exclude(Exists(kept))
        for anchor in (anchors.filter(stream=self.stream) if self.stream else anchors).iterator(_CHUNK):
            yield Flaw(anchor.stream, anchor.position + 1, "all that followed the archived events is missing")

    def _foreign_transactions(self) -> Iterator[Flaw]:
        if database().vendor != "postgresql":
            return
        ahead = self._events().filter(transaction_id__gt=_NEWEST_TRANSACTION).order_by("transaction_id", "sequence")
        if first := ahead.first():
            what = "its transaction is ahead of this server's: after a restore, set transaction_id to 0 in all events"
            yield Flaw(first.stream, first.position, what)

    def _events(self) -> Any:
        return StoredEvent.objects.filter(stream=self.stream) if self.stream else StoredEvent.objects.all()


# The newest transaction that can have published what is seen: a finished one, or this one, of a test.
_NEWEST_TRANSACTION = Func(
    F("pk"),
    template="GREATEST(pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1,"
    " pg_current_xact_id_if_assigned()::text::bigint)",
    output_field=BigIntegerField(),
)


def _start(anchored: str | None) -> _Last:
    position, _, hash_ = (anchored or "0 ").partition(" ")
    return _Last(int(position), (hash_,))


def _compare(last: _Last, this: _Last, content: str) -> tuple[str, _Last]:
    """What is wrong with this event, if anything, and what the next one is compared with."""
    (stored,) = this.hashes
    if this.position != last.position + 1:
        return f"does not follow the event before it, which is {last.position}: events are missing", this
    right = [link(previous, this.position, this.sequence, content) for previous in last.hashes]
    if stored not in right:
        both = _Last(this.position, (stored, right[0]), this.sequence, this.transaction_id)
        return "its content and its hash differ: one of its columns was changed", both
    if this.transaction_id < last.transaction_id:
        return "its transaction_id was changed: it is lower than that of the event before it", this
    return "", this
