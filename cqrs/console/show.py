"""One event, its deliveries, and the tree of what its request led to."""

from argparse import ArgumentParser

from rich.table import Table

from cqrs import query_bus
from cqrs.console import Options, Out, as_json, drawn, table
from cqrs.console.conversation import tree
from cqrs.queries.get_conversation import GetConversation
from cqrs.queries.get_event import EventDetail, GetEvent


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("event", metavar="EVENT", help="its id, or its number in the log")


def run(options: Options, out: Out) -> None:
    detail = query_bus.ask(GetEvent(event=options["event"]))
    conversation = query_bus.ask(GetConversation(correlation_id=detail.event.correlation_id))
    if options["json"]:
        out(as_json({"event": detail, "conversation": conversation}))
        return
    out(drawn(_facts(detail), "", tree(conversation, marked=detail.event.id)))
    for delivery in detail.deliveries:
        if delivery.error:
            out(f"\nDelivery {delivery.id} to {delivery.subscriber_key}:\n{delivery.error.rstrip()}")


def _facts(detail: EventDetail) -> Table:
    event = detail.event
    rows = [
        ("event", f"{event.name} version {event.version}, number {event.sequence}"),
        ("id", event.id),
        ("stream", f"{event.stream}, position {event.position}"),
        ("by", f"{event.actor_name} ({event.actor_kind}, {event.source})"),
        ("at", event.at),
        ("request", event.correlation_id),
        ("caused by", event.causation_id),
        *[(f"payload.{name}", value) for name, value in event.payload.items()],
        ("replayable to", ", ".join(detail.subscribers)),
    ]
    return table(("", ""), rows)
