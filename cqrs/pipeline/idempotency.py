"""Steps: under a key of its sender a command is done once; a repeat gets the answer that the first one got."""

from collections.abc import Callable
from typing import Any, get_args, get_origin

import msgspec

from cqrs import idempotency
from cqrs.actor import anyone
from cqrs.context import Context, current_context, entering
from cqrs.encoding import decoder
from cqrs.errors import DomainError
from cqrs.idempotency import AnswerOutdatedError
from cqrs.injection import returned
from cqrs.messages import Decided
from cqrs.registry import Entry

REPLAYED = "Idempotent-Replayed"


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    """For all but commands without a transaction: nothing of theirs commits that a record could commit with."""
    if not entry.transaction:
        return None

    def around(command: Any, proceed: Callable[[Any], Any]) -> Any:
        context = current_context()
        if (key := _key(context)) is None:
            return proceed(command)
        with entering(context.without_key()):
            record = idempotency.begin(entry.name, command, context.actor, key)
            if record.answer is None:
                answer = proceed(command)
                idempotency.finish(record, answer)
                return answer
        return _replayed(entry, record.answer, context)

    return around


def recall(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    """Stands before the authorisation: what was done may have ended its sender's right to it, as leaving a team does.

    Whoever had the answer before gets it again; nobody else does, because a key belongs to its sender.
    """
    if not entry.transaction or entry.requires is anyone:
        return None

    def around(command: Any, proceed: Callable[[Any], Any]) -> Any:
        try:
            return proceed(command)
        except DomainError:
            context = current_context()
            key = _key(context)
            answer = None if key is None else idempotency.answer_of(entry.name, command, context.actor, key)
            if answer is None:
                raise
        return _replayed(entry, answer, context)

    return around


def answer_type(handler: Callable[..., Any]) -> Any:
    """What a caller of the handler's command gets. Raises KeyError where the handler does not say."""
    annotation = returned(handler)
    return get_args(annotation)[0] if get_origin(annotation) is Decided else annotation


def _key(context: Context) -> str | None:
    """Nobody knows whether two anonymous callers are one."""
    return None if context.idempotency_key is None or context.actor.kind == "anonymous" else context.idempotency_key


def _replayed(entry: Entry, answer: str, context: Context) -> Any:
    try:
        found = decoder(answer_type(entry.handler)).decode(answer)
    except msgspec.DecodeError as error:
        raise AnswerOutdatedError(f"{entry.name} was done; its answer cannot be read: {error}") from error
    context.notes[REPLAYED] = "true"
    return found
