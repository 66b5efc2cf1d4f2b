"""Log lines as JSON that say in which message, for whom and in which conversation they were written."""

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from cqrs.actor import Actor
from cqrs.context import ambient_context
from cqrs.observing import message_name
from cqrs.tracing import traceparent


def json_lines() -> logging.Formatter:
    """One JSON object per line, exceptions included: `"()": "cqrs.seeing.logs.json_lines"` in LOGGING."""
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_context,
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("text"),
            structlog.processors.JSONRenderer(default=str),
        ],
    )


def add_context(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Add what is known of the message that is handled; what is unknown is left out."""
    found: dict[str, object] = {"message": message_name.get()}
    if context := ambient_context():
        found |= {
            "correlation_id": context.correlation_id,
            "causation_id": str(context.causation_id or ""),
            "actor": _actor_name(context.who),
            "source": context.source,
        }
    found["trace"] = traceparent()
    return {**line, **{name: value for name, value in found.items() if value}}


def _actor_name(who: object) -> str:
    """Nobody is looked up for a log line: that could be a query to the database that the line complains of."""
    known = who if isinstance(who, Actor) else getattr(who, "known", None)
    return known.name if isinstance(known, Actor) else ""
