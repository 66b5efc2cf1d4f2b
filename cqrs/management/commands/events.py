"""`manage.py events VERB`: look at the event log and its deliveries, and put right what is stuck."""

from argparse import ArgumentParser
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cqrs import DomainError, acting_as, console


class Command(BaseCommand):
    help = "Looks at events and deliveries, retries, skips, replays, verifies. Each verb says more with --help."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=CommandParser)
        for verb, module in _verbs().items():
            says = (module.__doc__ or "").strip()
            below = verbs.add_parser(verb, help=says.split("\n")[0], description=says)
            below.add_argument("--json", action="store_true", help="for programs")
            module.arguments(below)

    def handle(self, *_: Any, **options: Any) -> None:
        with acting_as(console.operator(), source="cli"):
            try:
                _verbs()[options["verb"]].run(options, self.stdout.write)
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal
            except KeyboardInterrupt:
                self.stdout.write("")


def _verbs() -> dict[str, ModuleType]:
    found = sorted(each.name for each in iter_modules(console.__path__))
    return {name.replace("_", "-"): import_module(f"{console.__name__}.{name}") for name in found}
