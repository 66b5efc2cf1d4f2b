"""`manage.py sweep-uploads`: at once what is done once a day."""  # noqa: N999  as typed

from typing import Any

from django.core.management.base import CommandParser

from cqrs import Actor, acting_as, command_bus, event_bus
from cqrs.log import head
from reconciliation.commands.sweep_uploads import SweepUploads
from reconciliation.console.actors import acting_user
from reconciliation.console.command import ConsoleCommand
from reconciliation.console.deliveries import deliver_until
from reconciliation.events import UploadsSwept

SWEPT = "uploads_swept"


class Command(ConsoleCommand):
    help = "Remove uploads that were never finished, and stored files that no import has, older than the retention."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", metavar="USER", dest="as_user", help="in whose name (the superuser)")

    def handle(self, *_args: object, **options: Any) -> None:
        before = head(SWEPT)
        with acting_as(Actor.user(acting_user(options["as_user"])), source="cli"):
            command_bus.dispatch(SweepUploads())
            deliver_until(lambda: head(SWEPT) > before)
        swept = event_bus.latest(UploadsSwept, SWEPT)
        assert swept is not None
        self.stdout.write(f"{swept.uploads} unfinished uploads and {swept.files} files are removed.\n")
