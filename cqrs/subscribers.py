"""What `cqrs` itself does in the workers."""

from datetime import timedelta

from cqrs.buses.commands import command_bus
from cqrs.buses.events import event_bus
from cqrs.context import acting_as
from cqrs.errors import InvalidMessageError, NotAllowedError, NotFoundError, NotYetError
from cqrs.queue import KEY, CommandQueued, QueuedCommandCancelled, command_of, still_acts
from cqrs.registry import registry

_NEWER_CODE = timedelta(seconds=15)


@CommandQueued.worker(
    key=KEY,
    due_at=lambda event: event.due_at,
    order_by=lambda event: event.order_key,
    hopeless=(InvalidMessageError, NotAllowedError, NotFoundError),
)
def run_queued(event: CommandQueued) -> None:
    """Dispatch it in the name of whoever sent it, who may have lost the right to it, or the account, meanwhile.

    One that was cancelled stays so, also when a part of the log is replayed that it stands in.
    """
    if event_bus.latest(QueuedCommandCancelled, event.stream()) is not None:
        return
    if not registry.knows("command", event.command):
        raise NotYetError(f"No command is called {event.command} here: newer code knows it.", after=_NEWER_CODE)
    if not still_acts(event.actor):
        raise NotAllowedError(f"The account of {event.actor.name} was deactivated or removed since this was sent.")
    with acting_as(event.actor):
        command_bus.dispatch(command_of(event))
