"""Commands, queries, events and services for a Django monolith. README.md tells how; nothing here knows a business."""

from cqrs.actor import Actor, Requirement, anyone, signed_in, system_only
from cqrs.buses.commands import command_bus
from cqrs.buses.events import event_bus
from cqrs.buses.queries import query_bus
from cqrs.caching.policy import Cache, Invalidation
from cqrs.clock import Clock
from cqrs.container import services
from cqrs.context import Context, acting_as, current_context
from cqrs.errors import (
    ConflictError,
    DomainError,
    InvalidMessageError,
    LeaseLostError,
    NotAllowedError,
    NotFoundError,
    NotYetError,
    StaleVersionError,
)
from cqrs.lease import Lease
from cqrs.messages import Command, Decided, Event, Query, signal_of
from cqrs.page import Page
from cqrs.queue import QueuedId

__all__ = [
    "Actor",
    "Cache",
    "Clock",
    "Command",
    "ConflictError",
    "Context",
    "Decided",
    "DomainError",
    "Event",
    "InvalidMessageError",
    "Invalidation",
    "Lease",
    "LeaseLostError",
    "NotAllowedError",
    "NotFoundError",
    "NotYetError",
    "Page",
    "Query",
    "QueuedId",
    "Requirement",
    "StaleVersionError",
    "acting_as",
    "anyone",
    "command_bus",
    "current_context",
    "event_bus",
    "query_bus",
    "services",
    "signal_of",
    "signed_in",
    "system_only",
]
