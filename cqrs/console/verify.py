"""Check the hash chain of every stream: finds events that were changed, moved, or deleted from the middle."""

from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import CommandError

from cqrs import NotFoundError
from cqrs.console import Options, Out, as_json
from cqrs.log.verify import Verification


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--stream", metavar="KIND:ID", help="this one only")


def run(options: Options, out: Out) -> None:
    verification, flaws = Verification(stream=options["stream"]), 0
    for flaw in verification.flaws():
        flaws += 1
        out(as_json(asdict(flaw)) if options["json"] else f"{flaw.stream}#{flaw.position}: {flaw.what}")
    looked_at = f"{verification.events} events of {verification.streams} streams"
    if flaws:
        raise CommandError(f"{flaws} flaws in {looked_at}.")
    if options["stream"] and not verification.events:
        raise NotFoundError(f"No event belongs to {options['stream']}: there is nothing to verify.")
    if not options["json"]:
        out(f"{looked_at}: every chain holds.")
