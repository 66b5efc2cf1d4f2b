"""Gives up on a dead or waiting delivery, or on all dead letters of a subscriber, for a reason."""

from argparse import ArgumentParser

from cqrs import command_bus
from cqrs.commands.skip_dead_letters import SkipDeadLetters
from cqrs.commands.skip_delivery import SkipDelivery
from cqrs.console import Options, Out, told


def arguments(parser: ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("deliveries", type=int, nargs="*", metavar="DELIVERY", default=[])
    chosen.add_argument("--dead-of", metavar="SUBSCRIBER", help="all dead letters; all that waits if it is gone")
    parser.add_argument("--reason", required=True, help="recorded with your name")


def run(options: Options, out: Out) -> None:
    if key := options["dead_of"]:
        count = command_bus.dispatch(SkipDeadLetters(subscriber_key=key, reason=options["reason"]))
    else:
        for number in options["deliveries"]:
            command_bus.dispatch(SkipDelivery(delivery_id=number, reason=options["reason"]))
        count = len(options["deliveries"])
    out(told(count, "skipped", options))
