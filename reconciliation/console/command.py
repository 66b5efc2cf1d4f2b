"""The ground that the operator's commands stand on: exit codes that mean something, and an end that cleans up."""

import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cqrs import DomainError

EXIT_ALL_MATCHED = 0
EXIT_SOMETHING_OPEN = 1
EXIT_REFUSED = 2
EXIT_INTERRUPTED = 130


class RefusedError(CommandError):
    """The input or the usage is at fault; the message says what, where, and what to do about it."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args, returncode=EXIT_REFUSED)


class ConsoleCommand(BaseCommand):
    """Ends with 2 whenever it could not do its work, so that 1 is free to mean that the work left something open."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except DomainError as error:
            raise RefusedError(explained(error)) from error
        except CommandError as error:
            error.returncode = EXIT_REFUSED
            raise

    def run_from_argv(self, argv: list[str]) -> None:
        try:
            with stopped_by_signals():
                super().run_from_argv(argv)
        except KeyboardInterrupt:
            self.stderr.write("Stopped.")
            sys.exit(EXIT_INTERRUPTED)
        except Exception as error:  # a bug: the traceback as ever, but never the exit code that means open items
            traceback.print_exc()
            raise SystemExit(EXIT_REFUSED) from error


def explained(error: DomainError) -> str:
    """What an error says to a person: its detail, else its meaning, and the fields at fault."""
    text = str(error) or (type(error).__doc__ or type(error).__name__)
    return "\n".join([text, *(f"  {name}: {' '.join(messages)}" for name, messages in error.fields.items())])


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Being told to go ends like Ctrl-C, through every `finally`; without this a temporary folder would stay."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
