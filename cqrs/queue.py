"""Commands for later: each is stored as an event, whose one worker dispatches it; so they are delivered like events."""

from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

import msgspec
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import transaction
from uuid6 import uuid7

from cqrs.actor import Actor
from cqrs.buses.events import event_bus
from cqrs.clock import Clock
from cqrs.container import services
from cqrs.context import current_context
from cqrs.database import ALIAS, DELIVERY_TABLE, EVENT_TABLE, database, parameter
from cqrs.encoding import decoder
from cqrs.errors import ConflictError, MisuseError, NotFoundError, UndecodableEventError
from cqrs.messages import Command, Event
from cqrs.registry import registry

KEY = "cqrs.run_queued"

QueuedId = NewType("QueuedId", UUID)

_SKIP = (
    f"UPDATE {DELIVERY_TABLE} SET status = 'skipped', finished_at = %s WHERE subscriber_key = %s"  # noqa: S608
    f" AND status = 'waiting' AND event_id IN (SELECT sequence FROM {EVENT_TABLE} WHERE stream = %s)"
)


class QueuedCommandNotFoundError(NotFoundError):
    """No such command was sent to the workers."""


class TooLateToCancelError(ConflictError):
    """It has begun, is done, or was cancelled already."""


class _OfQueued:
    queued_id: QueuedId

    def stream(self) -> str:
        return f"queued:{self.queued_id}"


class CommandQueued(_OfQueued, Event):
    """Somebody sent a command to the workers, to be done in their name, at once or at a time."""

    queued_id: QueuedId
    command: str
    payload: str
    actor_kind: Literal["user", "system", "anonymous"]
    actor_id: int | None
    actor_name: str
    due_at: datetime | None
    order_key: str

    @property
    def actor(self) -> Actor:
        return Actor(self.actor_kind, self.actor_id, self.actor_name)


class QueuedCommandCancelled(_OfQueued, Event):
    """A command that waited for a worker or for its time will not be done."""

    queued_id: QueuedId
    command: str


def enqueue(command: Command[Any], at: datetime | None, order_key: str) -> QueuedId:
    """Store the command with the change around it, or by itself."""
    if at is not None and at.tzinfo is None:
        raise MisuseError("A time to do something at names its time zone.")
    queued_id, actor = QueuedId(UUID(int=uuid7().int)), current_context().actor
    with transaction.atomic(using=ALIAS):
        event_bus.publish(
            CommandQueued(
                queued_id=queued_id,
                command=registry.entry(type(command)).name,
                payload=msgspec.json.encode(command).decode(),
                actor_kind=actor.kind,
                actor_id=actor.user_id,
                actor_name=actor.name,
                due_at=at,
                order_key=order_key,
            )
        )
    return queued_id


def queued(queued_id: QueuedId) -> CommandQueued:
    """What was sent. Raises QueuedCommandNotFoundError."""
    found = event_bus.latest(CommandQueued, f"queued:{queued_id}")
    if found is None:
        raise QueuedCommandNotFoundError(str(queued_id))
    return found


def command_of(event: CommandQueued) -> Command[Any]:
    """The command as it was sent. Raises UndecodableEventError where this code knows none of that name or shape."""
    entry = registry.named("command", event.command)
    try:
        command: Command[Any] = decoder(entry.type).decode(event.payload)
    except msgspec.DecodeError as error:
        raise UndecodableEventError(f"{event.command} was queued as {event.payload}: {error}") from error
    return command


def still_acts(actor: Actor) -> bool:
    """Whether a person's account is there and active; where no accounts are installed, whoever sent it still acts."""
    if actor.user_id is None or not apps.is_installed("django.contrib.auth"):
        return True
    account = get_user_model().objects.filter(pk=actor.user_id).first()
    return account is not None and account.is_active


def cancel(event: CommandQueued) -> None:
    """Skip the delivery if it still waits. Raises TooLateToCancelError."""
    connection = database()
    values = [parameter(services.get(Clock).now(), connection), KEY, event.stream()]
    with transaction.atomic(using=ALIAS):
        with connection.cursor() as cursor:
            cursor.execute(_SKIP, values)
            if not cursor.rowcount:
                raise TooLateToCancelError
        event_bus.publish(QueuedCommandCancelled(queued_id=event.queued_id, command=event.command))
