"""Gives what waits for a subscriber that is gone to the one that took its place."""

from argparse import ArgumentParser

from cqrs import command_bus
from cqrs.commands.reassign_deliveries import ReassignDeliveries
from cqrs.console import Options, Out, told


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("former", metavar="FORMER", help="the key that no code has any more")
    parser.add_argument("subscriber", metavar="SUBSCRIBER", help="the key of its successor")


def run(options: Options, out: Out) -> None:
    key = options["subscriber"]
    count = command_bus.dispatch(ReassignDeliveries(former_key=options["former"], subscriber_key=key))
    out(told(count, f"given to {key}", options))
