"""The verbs of `manage.py events`, one file each.

A verb is a module with a docstring (its help), `arguments(parser)`, and `run(options, out)`, which gives its text to
`out` and raises CommandError to fail. The file's name is the verb's: dry_run.py is `manage.py events dry-run`.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from getpass import getuser
from io import StringIO
from typing import Any

import msgspec
from django.core.management.base import CommandError
from rich.console import Console, RenderableType
from rich.table import Table

from cqrs.actor import Actor
from cqrs.buses.commands import command_bus
from cqrs.errors import DomainError
from cqrs.messages import Command

Out = Callable[[str], None]
Options = Mapping[str, Any]


def operator() -> Actor:
    """The system, by the name of whoever is signed in to this machine; in a container that may be a bare number."""
    try:
        name = getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Actor.system(f"console:{name}")


def one_by_one(commands: Sequence[Command[Any]], done: str, options: Options, out: Out) -> None:
    """Each by itself: one that is refused does not hold up the others, and does not hide what was done to them."""
    refusals = []
    for command in commands:
        try:
            command_bus.dispatch(command)
        except DomainError as refusal:
            refusals.append(str(refusal))
    if count := len(commands) - len(refusals):
        out(told(count, done, options))
    if refusals:
        raise CommandError("\n".join(refusals))


def as_json(answer: Any) -> str:
    """The answer of a query, or rows of one, as JSON for programs."""
    return json.dumps(msgspec.to_builtins(answer), indent=2, ensure_ascii=False)


def told(count: int, what: str, options: Options) -> str:
    """How many deliveries something was done to."""
    return (
        as_json({"deliveries": count})
        if options["json"]
        else f"{count} {'delivery' if count == 1 else 'deliveries'} {what}."
    )


def drawn(*parts: RenderableType) -> str:
    """Tables and texts as wide as the terminal, and plain: what is printed is often piped."""
    page = StringIO()
    console = Console(file=page, width=max(shutil.get_terminal_size((160, 24)).columns, 140), highlight=False)
    for part in parts:
        console.print(part, markup=False)
    return page.getvalue().rstrip("\n")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> Table:
    """Long values are wrapped, times are cut to the second, nothing is None."""
    drawing = Table(*columns, title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawing.add_row(*[_cell(value) for value in row])
    return drawing


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return str(value)[:19]
    return str(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else str(value)
