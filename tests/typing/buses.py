"""What mypy knows of messages, handlers and buses. Each `type: ignore` is a mistake that it has to find."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import NewType, assert_type

from cqrs import (
    Actor,
    Clock,
    Command,
    Decided,
    Event,
    Lease,
    Page,
    Query,
    QueuedId,
    anyone,
    command_bus,
    event_bus,
    query_bus,
    services,
)

ParcelId = NewType("ParcelId", int)


@dataclass(frozen=True)
class ParcelRow:
    parcel_id: ParcelId
    weight: Decimal


class SendParcel(Command[ParcelId], requires=anyone):
    weight: Decimal
    note: str = ""


class LoseParcel(Command[None], requires=anyone):
    parcel_id: ParcelId


class ListParcels(Query[Page[ParcelRow]], requires=anyone):
    after: str | None = None


class ParcelSent(Event):
    parcel_id: ParcelId


@SendParcel.handler
def send_parcel(command: SendParcel, actor: Actor, clock: Clock) -> ParcelId:
    assert_type(command.weight, Decimal)
    return ParcelId(len(actor.name))


@LoseParcel.handler
def lose_parcel(command: LoseParcel) -> None: ...


class FindParcel(Command[ParcelId], requires=anyone):
    note: str


@FindParcel.handler
def find_parcel(command: FindParcel) -> Decided[ParcelId]:
    return Decided(ParcelId(1), (ParcelSent(parcel_id=ParcelId(1)),))


@ListParcels.handler
def list_parcels(query: ListParcels) -> Page[ParcelRow]:
    return Page(items=())


@ParcelSent.subscriber
def greet(event: ParcelSent) -> None:
    assert_type(event.parcel_id, ParcelId)


@ParcelSent.worker
def weigh(event: ParcelSent, clock: Clock) -> None: ...


@ParcelSent.worker(long=True, order_by=lambda event: str(event.parcel_id), max_attempts=3)
def follow(event: ParcelSent, lease: Lease) -> None: ...


def answers() -> None:
    assert_type(command_bus.dispatch(SendParcel(weight=Decimal(1))), ParcelId)
    assert_type(command_bus.dispatch(FindParcel(note="x")), ParcelId)
    assert_type(find_parcel(FindParcel(note="x")), Decided[ParcelId])
    queued = command_bus.enqueue(SendParcel(weight=Decimal(1)), at=datetime.now(UTC), order_by="x")
    assert_type(queued, QueuedId)
    command_bus.cancel(queued)
    assert_type(query_bus.ask(ListParcels()), Page[ParcelRow])
    assert_type(services.get(Clock), Clock)
    event_bus.publish(ParcelSent(parcel_id=ParcelId(1)))


def mistakes(actor: Actor, clock: Clock) -> None:
    SendParcel(Decimal(1))  # type: ignore[call-arg]
    SendParcel(weight="1")  # type: ignore[arg-type]
    SendParcel(weight=Decimal(1)).note = "frozen"  # type: ignore[misc]
    command_bus.dispatch(ListParcels())  # type: ignore[arg-type]
    command_bus.enqueue(ListParcels())  # type: ignore[arg-type]
    command_bus.enqueue(LoseParcel(parcel_id=ParcelId(1)), at="tomorrow")  # type: ignore[arg-type]
    command_bus.cancel(ParcelId(1))  # type: ignore[arg-type]
    query_bus.ask(SendParcel(weight=Decimal(1)))  # type: ignore[arg-type]
    event_bus.publish(LoseParcel(parcel_id=ParcelId(1)))  # type: ignore[arg-type]
    send_parcel(LoseParcel(parcel_id=ParcelId(1)), actor, clock)  # type: ignore[arg-type]


@SendParcel.handler  # type: ignore[arg-type]
def answers_something_else(command: SendParcel) -> str:
    return command.note


@SendParcel.handler  # type: ignore[arg-type]
def takes_another_message(command: LoseParcel) -> ParcelId:
    return command.parcel_id


@ParcelSent.worker(order_by=lambda event: event.weight)  # type: ignore[attr-defined]
def orders_by_what_is_not_there(event: ParcelSent) -> None: ...


@FindParcel.handler  # type: ignore[arg-type]
def decides_something_else(command: FindParcel) -> Decided[str]:
    return Decided(command.note, ())


@ParcelSent.worker(due_at=lambda event: event.parcel_id)  # type: ignore[arg-type,return-value]
def is_due_at_no_time(event: ParcelSent) -> None: ...
