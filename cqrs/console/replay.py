"""Delivers one event, or a part of the log, to one subscriber again."""

from argparse import ArgumentParser

from cqrs import command_bus, query_bus
from cqrs.commands.replay_event import ReplayEvent
from cqrs.commands.replay_events import ReplayEvents
from cqrs.console import Options, Out, told
from cqrs.queries.get_event import GetEvent


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("subscriber", metavar="SUBSCRIBER", help="its key")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--event", metavar="EVENT", help="its id, or its number in the log")
    chosen.add_argument("--range", type=int, nargs=2, metavar=("FIRST", "LAST"), help="numbers in the log")


def run(options: Options, out: Out) -> None:
    key = options["subscriber"]
    if options["event"]:
        event_id = query_bus.ask(GetEvent(event=options["event"])).event.id
        command_bus.dispatch(ReplayEvent(event_id=event_id, subscriber_key=key))
        count = 1
    else:
        first, last = options["range"]
        count = command_bus.dispatch(ReplayEvents(subscriber_key=key, first=first, last=last))
    out(told(count, f"to be delivered to {key}", options))
