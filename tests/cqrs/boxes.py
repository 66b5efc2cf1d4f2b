"""What the examples of cqrs/README.md take for granted. Run inside an isolated registry, never imported."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Protocol

from django.db.models import F

from cqrs import Actor, Clock, Command, DomainError, Event, Lease, Query, anyone, event_bus, services, signed_in
from cqrs.caching.policy import Cache, Invalidation
from cqrs.container import Services
from cqrs.log import feed
from cqrs.log.feed import Position
from cqrs.models import StoredEvent
from cqrs.outside import Policy
from cqrs.processes import Process, on
from cqrs.projections import Intake, Projection
from cqrs.testing import Fakes, FrozenClock, Given
from tests.cqrs.library.models import ReaderLoans as LoanRow
from tests.cqrs.shop.mailer import ListMailer as KeptMailer

__all__ = [
    "Any",
    "Cache",
    "Decimal",
    "F",
    "Fakes",
    "FrozenClock",
    "Given",
    "Intake",
    "Invalidation",
    "Iterator",
    "Lease",
    "LoanRow",
    "Policy",
    "Position",
    "Process",
    "Projection",
    "Query",
    "Services",
    "StoredEvent",
    "TemporaryDirectory",
    "feed",
    "on",
    "signed_in",
    "timedelta",
]

ANNA = Actor("user", 1, "anna")
ListMailer = KeptMailer
Workspace = str
SmtpMailer = SimpleNamespace(ping=len)
hook, chunks, compute, publish_result, post = SimpleNamespace(token="0.0"), list, len, len, len


class Mailer(Protocol):
    def send(self, text: str) -> None: ...


@dataclass(frozen=True)
class BoxDetail:
    weight: Decimal


class RunStarted(Event):
    run_id: int


class BookLent(Event):
    book_id: int
    reader: str


class BookReturned(Event):
    book_id: int
    reader: str


class WriteLetter(Command[None], requires=anyone):
    reader: str


class BoxSent(Event):
    box_id: int


class BoxOpened(Event):
    box_id: int
    at: datetime


class BoxPaid(Event):
    box_id: int


class AlreadyOpenError(DomainError):
    """Somebody opened it yesterday."""


class OpenBox(Command[int], requires=signed_in):
    box_id: int


@OpenBox.handler
def open_box(command: OpenBox, clock: Clock) -> int:
    if event_bus.latest(BoxOpened, f"box:{command.box_id}"):
        raise AlreadyOpenError
    event_bus.publish(BoxOpened(box_id=command.box_id, at=clock.now()))
    return command.box_id


@BoxOpened.worker(key="boxes.pay")
def pay(event: BoxOpened) -> None:
    services.get(Mailer).send(f"Box {event.box_id} is open.")
    event_bus.publish(BoxPaid(box_id=event.box_id))
