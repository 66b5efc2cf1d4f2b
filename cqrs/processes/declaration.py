"""How a process manager is declared: its state as fields, one method for each event that it reacts to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, TypeVar, dataclass_transform

from cqrs.buses.commands import command_bus
from cqrs.clock import Clock
from cqrs.container import services
from cqrs.errors import ConflictError
from cqrs.messages import Command, Event
from cqrs.processes.reacting import react
from cqrs.queue import QueuedId

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Reaction:
    """One event that a process reacts to; `key` tells which thing it follows the event is about."""

    event: type[Event]
    key: Callable[[Any], str]
    starts: bool
    function: Callable[[Any, Any], None]


def on(event: type[E], *, key: Callable[[E], str], starts: bool = False) -> Callable[[F], F]:
    """Let the method react to each such event, once, one after the other for each key, as the system.

    Only an event that `starts` begins a process where none is under way; others are then no business of it.
    """

    def mark(function: F) -> F:
        reactions: list[Reaction] = vars(function).setdefault("reactions", [])
        reactions.append(Reaction(event, key, starts, function))
        return function

    return mark


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(field,))
@dataclass(kw_only=True, eq=False)
class Process:
    """A policy that takes time: `class Overdue(Process, name="library.overdue")`, whose fields are what it remembers.

    A method changes fields, dispatches commands, sets timeouts and ends; all of it commits with the event's delivery.
    The name is stored: it outlives a renaming of the class.
    """

    name: ClassVar[str]
    reactions: ClassVar[dict[type[Event], Reaction]]

    # The commands that wait for their time, by the name that the process gave them.
    timeouts: dict[str, QueuedId] = field(default_factory=dict)
    ended: bool = False

    def __init_subclass__(cls, *, name: str) -> None:
        super().__init_subclass__()
        dataclass(kw_only=True, eq=False)(cls)
        cls.name = name
        marked = [reaction for member in vars(cls).values() for reaction in getattr(member, "reactions", ())]
        cls.reactions = {reaction.event: reaction for reaction in marked if isinstance(reaction, Reaction)}
        processes[name] = cls
        for reaction in cls.reactions.values():
            reaction.event.worker(key=f"cqrs.process.{name}", order_by=reaction.key)(cls._react)

    @classmethod
    def _react(cls, event: Event) -> None:
        react(cls, event)

    def send_after(self, delay: timedelta, command: Command[Any], *, timeout: str) -> None:
        """Have the command sent then, unless the timeout of this name is set anew, cancelled, or the process ends."""
        self.cancel(timeout)
        self.timeouts[timeout] = command_bus.enqueue(command, at=services.get(Clock).now() + delay)

    def cancel(self, timeout: str) -> bool:
        """Whether it was set and had not gone off yet."""
        queued = self.timeouts.pop(timeout, None)
        if queued is None:
            return False
        try:
            command_bus.cancel(queued)
        except ConflictError:  # it was sent in the same moment
            return False
        return True

    def end(self) -> None:
        """Remember nothing more of this key and wait for nothing; the next event that starts begins anew."""
        for timeout in tuple(self.timeouts):
            self.cancel(timeout)
        self.ended = True


processes: dict[str, type[Process]] = {}
