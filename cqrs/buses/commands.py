"""The command bus."""

from datetime import datetime
from typing import Any, TypeVar

from cqrs import queue
from cqrs.context import ambient_context, current_context, entering
from cqrs.messages import Command
from cqrs.pipeline import run_command
from cqrs.pipeline.authorisation import authorise
from cqrs.pipeline.validation import validate
from cqrs.queue import QueuedId
from cqrs.read_only import refuse_in_query
from cqrs.registry import registry

R = TypeVar("R")


class CommandBus:
    def authorise(self, command: Command[R]) -> None:
        """Refuse now what `dispatch` would refuse to this actor: for a door that has costly work to do before it."""
        with entering(current_context()) as context:
            authorise(registry.entry(type(command)), command, context)

    def dispatch(self, command: Command[R]) -> R:
        """Take the command through the steps of `cqrs.pipeline` to its handler; the handler's answer."""
        entry = registry.entry(type(command))
        refuse_in_query(entry.name)
        try:
            answer: R = run_command(entry, command)
        finally:
            if (context := ambient_context()) is not None:
                context.read_after.unknown = True
        return answer

    def enqueue(self, command: Command[Any], *, at: datetime | None = None, order_by: str = "") -> QueuedId:
        """Have a worker dispatch the command in the current actor's name, not before the time if one is given.

        It commits with the transaction around it and is delivered like an event: retried, in order with others of the
        same `order_by`, a dead letter in the end. What this actor may not send, or is invalid, is refused now.
        """
        entry = registry.entry(type(command))
        refuse_in_query(entry.name)
        with entering(current_context()) as context:
            authorise(entry, command, context)
            validate(command)
            return queue.enqueue(command, at, order_by)

    def cancel(self, queued_id: QueuedId) -> None:
        """Take back what waits for a worker or for its time. Whoever may send the command may do this.

        Raises TooLateToCancelError (a ConflictError) and QueuedCommandNotFoundError.
        """
        event = queue.queued(queued_id)
        refuse_in_query(event.command)
        self.authorise(queue.command_of(event))
        queue.cancel(event)


command_bus = CommandBus()
