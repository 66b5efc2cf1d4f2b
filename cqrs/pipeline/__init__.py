"""What stands around every handler: small steps in a declared order, compiled once per message type to one function.

A step is a module with a function `step(entry)`. It looks at the message type once and answers None where it has
nothing to do, or a function `(message, proceed) -> answer` that calls `proceed(message)` for all that is further in.
"""

from collections.abc import Callable, Sequence
from functools import cache, reduce
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from cqrs.pipeline import (
    authorisation,
    concurrency,
    context,
    handler,
    idempotency,
    publish,
    tracing,
    transaction,
    validation,
)
from cqrs.registry import Entry

Proceed = Callable[[Any], Any]
Around = Callable[[Any, Proceed], Any]
Step = Callable[[Entry], Around | None]

# From the outermost inwards. Idempotency and concurrency stand inside the transaction because the record of a key
# commits with the effects, and a version is compared with what this very transaction sees. A project's own steps
# (CQRS_COMMAND_STEPS) stand inside the transaction too, around those that belong to the handler.
_SEEN: tuple[Step, ...] = (context.step, tracing.step)
_REFUSED: tuple[Step, ...] = (authorisation.step, validation.step)
SHARED_STEPS: tuple[Step, ...] = (*_SEEN, *_REFUSED)
COMMAND_STEPS: tuple[Step, ...] = (
    *_SEEN,
    idempotency.recall,
    *_REFUSED,
    transaction.step,
    idempotency.step,
    concurrency.step,
)
HANDLER_STEPS: tuple[Step, ...] = (publish.step,)


def run_command(entry: Entry, command: object) -> Any:
    """All steps of this command's type and its handler."""
    if entry.compiled is None:
        entry.compiled = compiled(entry, (*COMMAND_STEPS, *project_steps(), *HANDLER_STEPS))
    return entry.compiled(command)


def compiled(entry: Entry, steps: Sequence[Step]) -> Proceed:
    """The steps that apply to this message type, nested around its handler."""
    around = [found for step in reversed(steps) if (found := step(entry)) is not None]
    return reduce(_nested, around, handler.step(entry))


def _nested(proceed: Proceed, around: Around) -> Proceed:
    return lambda message: around(message, proceed)


@cache
def project_steps() -> tuple[Step, ...]:
    """Setting CQRS_COMMAND_STEPS: dotted paths of the project's own steps, the outermost first."""
    return tuple(import_string(path) for path in getattr(settings, "CQRS_COMMAND_STEPS", ()))


def _read_anew(*, setting: str, **_: Any) -> None:
    """For tests that override the setting: commands compiled before keep the steps that they have."""
    if setting == "CQRS_COMMAND_STEPS":
        project_steps.cache_clear()


setting_changed.connect(_read_anew, dispatch_uid="cqrs.pipeline")
