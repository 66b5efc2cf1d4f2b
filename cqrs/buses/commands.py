"""The command bus."""

from typing import TypeVar

from cqrs.buses.queries import refuse_in_query
from cqrs.context import current_context, entering
from cqrs.messages import Command
from cqrs.pipeline import run_command
from cqrs.pipeline.authorisation import authorise
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
        answer: R = run_command(entry, command)
        return answer


command_bus = CommandBus()
