"""`manage.py pick-up PROJECT`: look into its folders now. docs/importing.md tells all of it."""  # noqa: N999  as typed

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from cqrs import Actor, acting_as
from reconciliation.console.actors import acting_user
from reconciliation.console.command import EXIT_SOMETHING_OPEN, ConsoleCommand
from reconciliation.console.picking_up import OF_A_PERSON, look, pick_ups, show
from reconciliation.console.projects import known_project
from reconciliation.console.screen import console_on
from reconciliation.queries.list_picked_files import PickedFileRow


class Command(ConsoleCommand):
    help = (
        "Look into the folders of a project's sources now, and import what has stopped changing. "
        "Exits 1 when a file waits for a person or was refused."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", metavar="PROJECT", help="the project's name")
        parser.add_argument("source", metavar="SOURCE", nargs="?", help="only this source's folder")
        parser.add_argument(
            "--settle", metavar="SECONDS", type=int, help="how long to wait for files to stop changing (the setting)"
        )
        parser.add_argument("--as", metavar="USER", dest="as_user", help="in whose name (the superuser)")

    def handle(self, *_args: object, **options: Any) -> None:
        console = console_on(self.stdout, colourless=options["no_color"])
        settle = settings.PICK_UP_SETTLE_SECONDS if options["settle"] is None else options["settle"]
        seen: list[PickedFileRow] = []
        with acting_as(Actor.user(acting_user(options["as_user"])), source="cli"):
            project_id = known_project(options["project"])
            for pick_up in pick_ups(project_id, options["source"]):
                files = look(project_id, pick_up, settle)
                show(console, pick_up, files)
                seen.extend(files)
        if any(file.status in OF_A_PERSON for file in seen):
            sys.exit(EXIT_SOMETHING_OPEN)
