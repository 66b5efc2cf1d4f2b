"""The hash chain of a stream: what an event's hash covers, computed in part by Python and in part by the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Content:
    """All of an event that its publisher knows; these are columns of the log, in this order."""

    id: UUID
    name: str
    version: int
    payload: str
    stream: str
    correlation_id: str
    causation_id: UUID | None
    actor_kind: str
    actor_id: int | None
    actor_name: str
    source: str
    at: datetime
    trace: str

    def values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in COLUMNS)

    def digest(self) -> str:
        return digest(self.values())


def digest(values: Iterable[object]) -> str:
    """SHA-256 over a JSON list, so that no two contents read the same; the instant in UTC on every database."""
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return sha256(_encoder.encode(plain)).hexdigest()


COLUMNS = tuple(Content.__dataclass_fields__)

# What the database adds. Left out is `transaction_id`: it means something in one PostgreSQL cluster only, and a copy
# restored elsewhere must be able to set it to 0.
LINK_SQL = "{previous} || ':' || {position} || ':' || {sequence} || ':' || {digest}"


def link(previous: str, position: int, sequence: int, digest: str) -> str:
    """The hash of an event: over that of the event before it ("" for the first), its two numbers and its content."""
    return sha256(f"{previous}:{position}:{sequence}:{digest}".encode()).hexdigest()
