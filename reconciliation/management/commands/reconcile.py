"""`manage.py reconcile LEFT RIGHT`: the whole product in one command. docs/command-line.md tells all of it."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from reconciliation.console.command import ConsoleCommand
from reconciliation.console.installation import installation
from reconciliation.console.request import Request
from reconciliation.console.screen import console_on
from reconciliation.console.telling import Screens, reconcile_and_tell


class Command(ConsoleCommand):
    help = (
        "Compare two files: what agrees, what does not, and why. Finds format, columns and rules by itself. "
        "Exits 0 when everything is confirmed, 1 when anything is open or only suggested, 2 on bad input or usage."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("left", metavar="LEFT", help="the file of the left side, such as a bank statement")
        parser.add_argument("right", metavar="RIGHT", help="the file of the right side, such as a ledger")
        parser.add_argument("--rules", metavar="FILE", help="rule set as JSON; without it rules are proposed")
        parser.add_argument("--mapping", metavar="FILE", help='answers about the files: {"left": {…}, "right": {…}}')
        parser.add_argument("--out", metavar="DIR", help="write matched, suggested and open items as CSV into DIR")
        parser.add_argument("--json", metavar="FILE", help="write the result as one JSON document")
        parser.add_argument("--project", metavar="NAME", help="keep everything in this project; else nothing stays")
        parser.add_argument("--as", metavar="USER", dest="as_user", help="who works on the project (the superuser)")
        parser.add_argument("--save-mapping", metavar="FILE", help="write the mapping as it was proposed or answered")
        parser.add_argument("--save-rules", metavar="FILE", help="write the rule set that was used")

    def handle(self, *_args: object, **options: Any) -> None:
        request = Request.from_options(options)
        colourless = options["no_color"]
        screens = Screens(
            console_on(self.stdout, colourless=colourless), console_on(self.stderr, colourless=colourless)
        )
        with installation(options["project"], options["as_user"]) as project_id:
            exit_code = reconcile_and_tell(request, project_id, screens)
        if exit_code:
            sys.exit(exit_code)
