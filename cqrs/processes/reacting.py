"""Shows one event to a process: its state is read, changed and stored in the transaction of the delivery."""

from typing import TYPE_CHECKING, cast

import msgspec

from cqrs.clock import Clock
from cqrs.container import services
from cqrs.encoding import decoder
from cqrs.errors import UndecodableEventError
from cqrs.messages import Event
from cqrs.models import ProcessState

if TYPE_CHECKING:
    from cqrs.processes.declaration import Process


def state_of(process: "type[Process]", row: ProcessState) -> "Process":
    """What the row remembers. Raises UndecodableEventError where this code cannot read it."""
    known: type = process
    try:
        return cast("Process", decoder(known).decode(row.state))
    except msgspec.DecodeError as error:
        raise UndecodableEventError(f"{row.process} remembers {row.state} of {row.key}: {error}") from error


def react(process: "type[Process]", event: Event) -> None:
    reaction = process.reactions[type(event)]
    key, now = reaction.key(event), services.get(Clock).now()
    # Deliveries of one key come one after the other; the lock is for one whose worker was given up for dead too early.
    row = ProcessState.objects.select_for_update().filter(process=process.name, key=key).first()
    underway = row is not None and row.ended_at is None
    if not underway and not reaction.starts:
        return

    state = state_of(process, row) if row is not None and underway else process()
    reaction.function(state, event)
    row = row or ProcessState(process=process.name, key=key, version=0)
    row.state = msgspec.json.encode(state).decode()
    row.version += 1
    row.ended_at = now if state.ended else None
    row.updated_at = now
    row.save()
