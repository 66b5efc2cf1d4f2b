"""Gives up on a dead or waiting delivery, or on all dead letters of a subscriber, for a reason."""

from argparse import ArgumentParser

from cqrs import command_bus
from cqrs.commands.skip_dead_letters import SkipDeadLetters
from cqrs.commands.skip_delivery import SkipDelivery
from cqrs.console import Options, Out, one_by_one, told


def arguments(parser: ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("deliveries", type=int, nargs="*", metavar="DELIVERY", default=[])
    chosen.add_argument("--dead-of", metavar="SUBSCRIBER", help="all dead letters; all that waits if it is gone")
    parser.add_argument("--reason", required=True, help="recorded with your name")


def run(options: Options, out: Out) -> None:
    reason = options["reason"]
    if key := options["dead_of"]:
        out(told(command_bus.dispatch(SkipDeadLetters(subscriber_key=key, reason=reason)), "skipped", options))
    else:
        skips = [SkipDelivery(delivery_id=number, reason=reason) for number in options["deliveries"]]
        one_by_one(skips, "skipped", options, out)
