#!/usr/bin/env python
"""The operator's door: `python manage.py help` lists every command."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    if sys.argv[1:2] == ["inspect"]:
        inspect()
    else:
        execute_from_command_line(sys.argv)


def inspect() -> None:
    """Reads one file, and starts at once: setting up the apps takes longer than most files do."""
    from reconciliation.management.commands.inspect import Command  # noqa: PLC0415 - the others start without it

    Command().run_from_argv(sys.argv)


if __name__ == "__main__":
    main()
