"""`manage.py reseal-passwords`: after a new key was put in front of SEALING_KEYS."""  # noqa: N999  as typed

from typing import Any

from django.core.management.base import CommandParser

from cqrs import Actor, acting_as, command_bus
from reconciliation.commands.reseal_passwords import ResealPasswords
from reconciliation.console.actors import acting_user
from reconciliation.console.command import ConsoleCommand


class Command(ConsoleCommand):
    help = "Seal the passwords of connected databases with the newest of SEALING_KEYS; then the older keys may go."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", metavar="USER", dest="as_user", help="in whose name (the superuser)")

    def handle(self, *_args: object, **options: Any) -> None:
        with acting_as(Actor.user(acting_user(options["as_user"])), source="cli"):
            count = command_bus.dispatch(ResealPasswords())
        self.stdout.write(f"{count} passwords are sealed with the newest key.\n")
