"""Lets a dead or waiting delivery be tried now, or all dead letters of a subscriber."""

from argparse import ArgumentParser

from cqrs import command_bus
from cqrs.commands.retry_dead_letters import RetryDeadLetters
from cqrs.commands.retry_delivery import RetryDelivery
from cqrs.console import Options, Out, one_by_one, told

_DONE = "to be tried again"


def arguments(parser: ArgumentParser) -> None:
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("deliveries", type=int, nargs="*", metavar="DELIVERY", default=[])
    chosen.add_argument("--dead-of", metavar="SUBSCRIBER", help="all dead letters of this subscriber")


def run(options: Options, out: Out) -> None:
    if key := options["dead_of"]:
        out(told(command_bus.dispatch(RetryDeadLetters(subscriber_key=key)), _DONE, options))
    else:
        one_by_one([RetryDelivery(delivery_id=number) for number in options["deliveries"]], _DONE, options, out)
