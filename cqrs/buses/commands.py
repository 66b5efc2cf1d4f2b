"""The command bus."""

from typing import TypeVar

from django.db import transaction

from cqrs.buses.queries import refuse_in_query
from cqrs.buses.steps import authorise, validate
from cqrs.context import current_context, entering
from cqrs.database import ALIAS
from cqrs.injection import call
from cqrs.messages import Command
from cqrs.registry import registry

R = TypeVar("R")


class CommandBus:
    def authorise(self, command: Command[R]) -> None:
        """Refuse now what `dispatch` would refuse to this actor: for a door that has costly work to do before it."""
        with entering(current_context()) as context:
            authorise(registry.entry(type(command)), command, context)

    def dispatch(self, command: Command[R]) -> R:
        """Context, authorisation, validation, transaction, handler: all that the handler did commits, or nothing."""
        entry = registry.entry(type(command))
        refuse_in_query(entry.name)
        with entering(current_context()) as context:
            authorise(entry, command, context)
            validate(command)
            with transaction.atomic(using=ALIAS):
                answer: R = call(entry.handler, command)
        return answer


command_bus = CommandBus()
