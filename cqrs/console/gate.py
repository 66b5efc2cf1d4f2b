"""Fail when this code could not decode or deliver something that waits in the database: run it before a deploy."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from cqrs.console import Options, Out, as_json
from cqrs.contract.gate import inspect


def arguments(_parser: ArgumentParser) -> None:
    """It looks at everything that is pending."""


def run(options: Options, out: Out) -> None:
    found = inspect()
    if options["json"]:
        out(as_json(found))
    for each in () if options["json"] else found.obstacles:
        out(f"{each.event} v{each.version} to {each.subscriber}: {each.deliveries} deliveries. {each.why}")
    if found.obstacles:
        stuck = sum(each.deliveries for each in found.obstacles)
        raise CommandError(f"This code could not make {stuck} of {found.pending} pending deliveries.")
    if not options["json"]:
        out(f"This code can decode and deliver all {found.pending} pending deliveries.")
