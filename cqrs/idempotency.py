"""What was done under a key of its sender, so that a repeat of the same request does nothing twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from cqrs.actor import Actor
from cqrs.clock import Clock
from cqrs.container import services
from cqrs.database import database, parameter
from cqrs.errors import ConflictError, InvalidMessageError, MisuseError

KEPT_FOR = timedelta(hours=24)
_TABLE = "cqrs_idempotency"
_LONGEST_KEY = 200

_encoder = msgspec.json.Encoder()

# One statement takes the key, or an outlived one over, or writes nothing: then the row of whoever was first tells its
# answer, and where there is no such row yet, that one still works on it. On PostgreSQL its lock says so at once instead
# of making us wait; SQLite has one writer at a time, who is waited for at the start of the transaction.
_BEGIN = f"""
INSERT INTO {_TABLE} (sender, key, command, fingerprint, answer, at)
SELECT %s, %s, %s, %s, NULL, %s WHERE {{free}}
ON CONFLICT (sender, key) DO UPDATE
SET command = EXCLUDED.command, fingerprint = EXCLUDED.fingerprint, answer = NULL, at = EXCLUDED.at
WHERE {_TABLE}.at <= %s
RETURNING id
"""
_FREE = "pg_try_advisory_xact_lock(hashtextextended(%s, 20261123))"
_FOUND = f"SELECT id, fingerprint, answer FROM {_TABLE} WHERE sender = %s AND key = %s AND at > %s"  # noqa: S608
_FINISH = f"UPDATE {_TABLE} SET answer = %s WHERE id = %s"  # noqa: S608
_PURGE = f"DELETE FROM {_TABLE} WHERE at <= %s"  # noqa: S608


class IdempotencyKeyReusedError(ConflictError):
    """You used this key before, for something else. Take a new one for each request."""


class IdempotencyKeyInFlightError(ConflictError):
    """The first request with this key is still being worked on. Ask again in a moment."""


class AnswerOutdatedError(ConflictError):
    """Done already, by an earlier version, whose answer cannot be given again. Look at what there is."""


@dataclass(frozen=True, slots=True)
class Record:
    """The row of one key; with an answer, as JSON, if the command was done before."""

    id: int
    answer: str | None


def begin(name: str, command: object, actor: Actor, key: str) -> Record:
    """Take the key in the running transaction. Raises the first two errors above, or InvalidMessageError for a key."""
    if not _is_sound(key):
        raise InvalidMessageError(detail=f"An idempotency key has 1 to {_LONGEST_KEY} printable characters.")
    sender, fingerprint, now = _sender(actor), _fingerprint(name, command), _now()
    if (taken := _take(sender, key, name, fingerprint, now)) is not None:
        return Record(taken, None)
    found = _found(sender, key, now)
    if found is None or found[2] is None:
        raise IdempotencyKeyInFlightError
    number, stored, answer = found
    if stored != fingerprint:
        raise IdempotencyKeyReusedError
    return Record(number, answer)


def answer_of(name: str, command: object, actor: Actor, key: str) -> str | None:
    """The answer, as JSON, that the same command of the same actor got under the key; None if it was not done."""
    found = _found(_sender(actor), key, _now()) if _is_sound(key) else None
    return found[2] if found is not None and found[1] == _fingerprint(name, command) else None


def _is_sound(key: str) -> bool:
    return 0 < len(key) <= _LONGEST_KEY and key.isprintable()


def _sender(actor: Actor) -> str:
    return f"{actor.kind}:{actor.name if actor.user_id is None else actor.user_id}"


def _fingerprint(name: str, command: object) -> str:
    return sha256(_encoder.encode([name, command])).hexdigest()


def _found(sender: str, key: str, now: datetime) -> tuple[int, str, str | None] | None:
    """Number, fingerprint and answer of the record."""
    connection = database()
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [sender, key, parameter(now - KEPT_FOR, connection)])
        found: tuple[int, str, str | None] | None = cursor.fetchone()
    return found


def _take(sender: str, key: str, name: str, fingerprint: str, now: datetime) -> int | None:
    connection = database()
    locks = connection.vendor == "postgresql"
    values = [sender, key, name, fingerprint, now, *([f"{sender} {key}"] if locks else ()), now - KEPT_FOR]
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN.format(free=_FREE if locks else "TRUE"), [parameter(value, connection) for value in values]
        )
        taken = cursor.fetchone()
    return None if taken is None else int(taken[0])


def finish(record: Record, answer: Any) -> None:
    """Keep the answer, in the transaction of the effects."""
    try:
        text = _encoder.encode(answer).decode()
    except TypeError as error:
        raise MisuseError(f"An answer that can be given again consists of plain values: {error}") from error
    with database().cursor() as cursor:
        cursor.execute(_FINISH, [text, record.id])


def purge() -> int:
    """Forget the keys whose day is over; how many. For the sweep: an outlived key counts as unknown anyway."""
    connection = database()
    with connection.cursor() as cursor:
        cursor.execute(_PURGE, [parameter(_now() - KEPT_FOR, connection)])
        return int(cursor.rowcount)


def _now() -> datetime:
    return services.get(Clock).now()
