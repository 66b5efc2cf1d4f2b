"""`manage.py start`: what `make run` calls. Sets the installation up, shows the sample, serves."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser

from cqrs import Actor, acting_as
from reconciliation.console import serving
from reconciliation.console.command import ConsoleCommand, RefusedError
from reconciliation.console.first_user import first_password, first_user
from reconciliation.console.sample_project import show_sample
from reconciliation.console.screen import console_on
from reconciliation.console.telling import Screens


class Command(ConsoleCommand):
    help = "Set up the database, a first user and a sample project, then serve. Running it again keeps the data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="the port (PORT, else 8000)")
        parser.add_argument("--prepare-only", action="store_true", help="do everything but serve")

    def handle(self, *_args: object, **options: Any) -> None:
        if not str(options["port"]).isdecimal():
            raise RefusedError(f"{options['port']} is not a port. Give a number: make run PORT=8001")
        listening = serving.reserved(options["host"], int(options["port"]))
        with listening:
            self._prepare(options)
            if not options["prepare_only"]:
                serving.serve(listening)

    def _prepare(self, options: dict[str, Any]) -> None:
        colourless = options["no_color"]
        screens = Screens(
            console_on(self.stdout, colourless=colourless), console_on(self.stderr, colourless=colourless)
        )
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # the server warns of a missing one
        call_command("migrate", verbosity=0, interactive=False)
        user = first_user()
        with acting_as(Actor.user(user), source="cli"):
            show_sample(screens)
        password = first_password(user)
        if password is not None:
            told = f"Sign in as {user.get_username()} with the password {password} (shown only now, kept nowhere)."
        else:
            told = (
                f"Sign in as {user.get_username()} with the password of before. "
                f"To set another: python manage.py changepassword {user.get_username()}"
            )
        screens.results.print(told, markup=False, soft_wrap=True)
