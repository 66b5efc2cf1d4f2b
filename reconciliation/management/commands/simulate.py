"""`manage.py simulate --project NAME --rules FILE`: what rules would do, without publishing them."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from cqrs import Actor, acting_as
from reconciliation.console.actors import acting_user
from reconciliation.console.command import EXIT_SOMETHING_OPEN, ConsoleCommand
from reconciliation.console.documents import read_rules
from reconciliation.console.request import refuse_unwritable
from reconciliation.console.screen import console_on
from reconciliation.console.simulating import simulate, tell, write


class Command(ConsoleCommand):
    help = (
        "Try rules on a project without publishing them: what each pass would find, and how the rules do "
        "against all that people decided. Exits 0 when no decision would be lost, 1 when any would, 2 on bad input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="NAME", required=True, help="the project to try them on")
        parser.add_argument("--rules", metavar="FILE", required=True, help="rule set as JSON")
        parser.add_argument("--json", metavar="FILE", help="write the answer as one JSON document")
        parser.add_argument("--as", metavar="USER", dest="as_user", help="who asks (the superuser)")

    def handle(self, *_args: object, **options: Any) -> None:
        if options["json"]:
            refuse_unwritable("--json", Path(options["json"]))
        rules = read_rules(Path(options["rules"]))
        with acting_as(Actor.user(acting_user(options["as_user"])), source="cli"):
            found = simulate(options["project"], rules)
        tell(found, console_on(self.stdout, colourless=options["no_color"]))
        if options["json"]:
            write(found, Path(options["json"]))
        if found.back_test is not None and found.back_test.lost:
            sys.exit(EXIT_SOMETHING_OPEN)
