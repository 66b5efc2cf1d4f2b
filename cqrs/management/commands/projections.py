"""`manage.py projections`: the read models, and building one anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cqrs import DomainError, acting_as, command_bus, query_bus
from cqrs.commands.rebuild_projection import RebuildProjection
from cqrs.console import drawn, operator, table
from cqrs.projections import projections
from cqrs.projections.rebuilding import Progress as Built
from cqrs.projections.rebuilding import rebuild
from cqrs.queries.list_projections import ListProjections


class Command(BaseCommand):
    help = "Lists the projections, or builds one anew from the event log beside the one that is read."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", metavar="VERB")
        verbs.add_parser("list", help="what there is, and how far each has followed the log (also without a verb)")
        again = verbs.add_parser("rebuild", help="build one anew; killed half-way, the next rebuild goes on there")
        again.add_argument("name")
        again.add_argument("--queue", action="store_true", help="let a worker do it")
        again.add_argument("--fresh", action="store_true", help="throw a half-built one away: its code has changed")
        again.add_argument("--incomplete", action="store_true", help="do without the events that were archived")

    def handle(self, *_: Any, **options: Any) -> None:
        with acting_as(operator(), source="cli"):
            try:
                if options["verb"] == "rebuild":
                    self._rebuild(options)
                else:
                    self._list()
            except DomainError as refusal:
                raise CommandError(str(refusal)) from refusal

    def _list(self) -> None:
        rows = [
            (row.name, _told(row.live), row.live_since, _told(row.building), ", ".join(row.events))
            for row in query_bus.ask(ListProjections())
        ]
        self.stdout.write(drawn(table(("Projection", "Read", "Since", "Being built", "Takes in"), rows)))

    def _rebuild(self, options: dict[str, Any]) -> None:
        wanted = {name: options[name] for name in ("fresh", "incomplete")}
        asked = RebuildProjection(name=options["name"], **wanted)
        if options["queue"]:
            command_bus.dispatch(asked)
            self.stdout.write(f"A worker builds {asked.name} anew. `manage.py projections` tells how far it is.")
            return
        command_bus.authorise(asked)
        if problems := [text for _, text in asked.validate()]:
            raise CommandError(" ".join(problems))
        generation = self._watched(asked, wanted)
        self.stdout.write(f"Generation {generation} of {asked.name} is read now.")

    def _watched(self, asked: RebuildProjection, wanted: dict[str, bool]) -> int:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(file=self.stderr)) as bar:  # type: ignore[arg-type]  # writes text
            line = bar.add_task(asked.name, total=None)

            def show(built: Built) -> None:
                bar.update(line, completed=built.done, total=built.total)

            return rebuild(projections[asked.name], show, **wanted)


def _told(built: Built | None) -> str:
    return "" if built is None else f"generation {built.generation}: {built.done:,} of {built.total:,} events"
