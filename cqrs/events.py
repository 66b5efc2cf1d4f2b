"""What operators did about deliveries: their decisions stand in the log like everybody's."""

from uuid import UUID

from cqrs.messages import Event


class DeliveryRetried(Event):
    """An operator let a delivery be tried again, with all its attempts."""

    delivery_id: int
    event_id: UUID
    subscriber_key: str
    attempts: int


class DeliverySkipped(Event):
    """An operator decided that a delivery shall not be made."""

    delivery_id: int
    event_id: UUID
    subscriber_key: str
    reason: str


class EventReplayed(Event):
    """An operator had an event delivered to one subscriber once more, or for the first time."""

    event_id: UUID
    subscriber_key: str


class _OfSubscriber:
    """What was decided for many deliveries at once stands in the history of their subscriber."""

    subscriber_key: str

    def stream(self) -> str:
        return f"subscriber:{self.subscriber_key}"[:150]


class DeadLettersRetried(_OfSubscriber, Event):
    """An operator let all dead letters of a subscriber be tried again."""

    subscriber_key: str
    count: int


class DeadLettersSkipped(_OfSubscriber, Event):
    """An operator gave up on all dead letters of a subscriber, and, if it is gone, on all that waited for it."""

    subscriber_key: str
    count: int
    reason: str


class EventsReplayed(_OfSubscriber, Event):
    """An operator had a range of the log delivered to one subscriber once more."""

    subscriber_key: str
    count: int
    first: int
    last: int


class DeliveriesReassigned(_OfSubscriber, Event):
    """An operator gave what waited for a subscriber that is gone to the one that took its place."""

    subscriber_key: str
    count: int
    former_key: str


class _OfProjection:
    projection: str

    def stream(self) -> str:
        return f"projection:{self.projection}"[:150]


class ProjectionRebuildRequested(_OfProjection, Event):
    """An operator had a read model built anew."""

    projection: str
    fresh: bool
    incomplete: bool


class ProjectionRebuilt(_OfProjection, Event):
    """A read model built anew has taken the place of the one before."""

    projection: str
    generation: int
