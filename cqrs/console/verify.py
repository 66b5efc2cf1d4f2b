"""Check the hash chain of every stream: finds events that were changed, moved, or deleted from the middle.

Also in the files that `archive` wrote, as far as the storage has them.
"""

from argparse import ArgumentParser
from dataclasses import asdict
from itertools import chain

from django.core.management.base import CommandError

from cqrs import NotFoundError
from cqrs.console import Options, Out, as_json
from cqrs.keeping.verify import Verification
from cqrs.keeping.verify_archive import ArchiveVerification


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--stream", metavar="KIND:ID", help="this one only")


def run(options: Options, out: Out) -> None:
    stream, flaws = options["stream"], 0
    verification, archived = Verification(stream=stream), ArchiveVerification(stream=stream)
    for flaw in chain(verification.flaws(), archived.flaws()):
        flaws += 1
        out(as_json(asdict(flaw)) if options["json"] else f"{flaw.stream}#{flaw.position}: {flaw.what}")
    looked_at = f"{verification.events} events of {verification.streams} streams"
    if archived.files:
        looked_at += f", and {archived.events} archived ones in {archived.files} files"
    if flaws:
        raise CommandError(f"{flaws} flaws in {looked_at}.")
    if stream and not verification.events:
        raise NotFoundError(f"No event belongs to {stream}: there is nothing to verify.")
    if not options["json"]:
        out(f"{looked_at}: every chain holds.")
