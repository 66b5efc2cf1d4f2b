"""Step: under a key of its sender a command is done once; a repeat gets the answer that the first one got."""

from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from cqrs import idempotency
from cqrs.context import current_context, entering
from cqrs.messages import Decided
from cqrs.registry import Entry

REPLAYED = "Idempotent-Replayed"


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    """For all but commands without a transaction: nothing of theirs commits that a record could commit with."""
    if not entry.transaction:
        return None
    decoder: msgspec.json.Decoder[Any] | None = None

    def around(command: Any, proceed: Callable[[Any], Any]) -> Any:
        nonlocal decoder
        context = current_context()
        if context.idempotency_key is None or context.actor.kind == "anonymous":
            return proceed(command)
        with entering(context.without_key()):
            record = idempotency.begin(entry.name, command, context.actor, context.idempotency_key)
            if record.answer is None:
                answer = proceed(command)
                idempotency.finish(record, answer)
                return answer
        context.notes[REPLAYED] = "true"
        decoder = decoder or msgspec.json.Decoder(_answer_type(entry.handler))
        return decoder.decode(record.answer)

    return around


def _answer_type(handler: Callable[..., Any]) -> Any:
    annotation = get_type_hints(handler).get("return", Any)
    return get_args(annotation)[0] if get_origin(annotation) is Decided else annotation
