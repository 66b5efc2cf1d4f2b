"""`manage.py import PROJECT SOURCE FILE...`: files into a source. docs/importing.md tells all of it."""  # noqa: N999  the command is called so

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console

from cqrs import Actor, DomainError, acting_as
from reconciliation.console.actors import acting_user
from reconciliation.console.command import EXIT_REFUSED, EXIT_SOMETHING_OPEN, ConsoleCommand, RefusedError, explained
from reconciliation.console.documents import read_document
from reconciliation.console.file_import import REFUSED, UNANSWERED, FileImport, Outcome, show, source_named
from reconciliation.console.progress import StageClock, shown_progress
from reconciliation.console.projects import known_project
from reconciliation.console.request import refuse_unreadable
from reconciliation.console.screen import console_on
from reconciliation.ids import Side


class Command(ConsoleCommand):
    help = (
        "Import files into a source of a project. Exits 0 when all is imported, 1 when lines were rejected, "
        "2 when something was refused or has to be answered first. The same bytes again add nothing."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", metavar="PROJECT", help="the project's name")
        parser.add_argument("source", metavar="SOURCE", help="the source's name")
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
        parser.add_argument("--side", choices=list(Side), help="add the source on this side if the project has none")
        parser.add_argument("--mapping", metavar="FILE", type=Path, help="a mapping document, or a part of one (JSON)")
        parser.add_argument(
            "--answer", metavar="DECISION=VALUE", action="append", default=[], help="answer a question; repeatable"
        )
        wish = parser.add_mutually_exclusive_group()
        wish.add_argument("--commit", action="store_true", help="import the records (the default)")
        wish.add_argument("--dry-run", action="store_true", help="say how the files would be read; nothing stays")
        parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
        parser.add_argument("--as", metavar="USER", dest="as_user", help="in whose name (the superuser)")

    def handle(self, *_args: object, **options: Any) -> None:
        for path in options["files"]:
            refuse_unreadable(path)
        answers = _answers(options["mapping"], options["answer"])
        results = console_on(self.stdout, colourless=options["no_color"])
        progress = console_on(self.stderr, colourless=options["no_color"])
        with acting_as(Actor.user(acting_user(options["as_user"])), source="cli"):
            project_id = known_project(options["project"])
            source_id = source_named(project_id, options["source"], options["side"] and Side(options["side"]))
            work = FileImport(project_id, source_id, answers, dry_run=options["dry_run"])
            outcomes = []
            for path in options["files"]:
                outcomes.append(_brought(work, path, progress))
                if not options["json"]:
                    show(results, outcomes[-1])
        if options["json"]:
            self.stdout.write(json.dumps([outcome.document() for outcome in outcomes], ensure_ascii=False) + "\n")
        if code := _exit_code(outcomes):
            sys.exit(code)


def _brought(work: FileImport, path: Path, progress: Console) -> Outcome:
    clock = StageClock()
    try:
        with shown_progress(progress, clock), clock.about(path.name):
            return work.bring(path)
    except RefusedError as refusal:
        return Outcome(path, REFUSED, error=str(refusal))
    except DomainError as refusal:  # the other files are still imported
        return Outcome(path, REFUSED, error=explained(refusal))


def _exit_code(outcomes: list[Outcome]) -> int:
    if any(outcome.status in {UNANSWERED, REFUSED} for outcome in outcomes):
        return EXIT_REFUSED
    return EXIT_SOMETHING_OPEN if any(each.detail and each.detail.rejected_total for each in outcomes) else 0


def _answers(mapping: Path | None, answers: list[str]) -> dict[str, Any]:
    document = read_document(mapping) if mapping else {}
    for answer in answers:
        decision, equals, value = answer.partition("=")
        if not equals or not decision:
            raise RefusedError(f"--answer {answer}: write DECISION=VALUE, for example date_order=DMY.")
        document[decision] = value
    return document
