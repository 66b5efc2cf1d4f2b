"""The terminal as this product writes on it: tables that survive a narrow window, text that cannot command it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import IO, cast

from django.core.management.base import OutputWrapper
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH_OF_A_LOG = 150


def console_on(stream: OutputWrapper, *, colourless: bool = False) -> Console:
    """A console that writes through a command's own stream, which tests and `call_command` replace."""
    stream.ending = ""  # the console ends its own lines
    watched = stream.isatty()
    file = cast("IO[str]", stream)  # it delegates whatever it does not do itself
    width = None if watched else WIDTH_OF_A_LOG
    return Console(file=file, width=width, force_terminal=watched, no_color=colourless or None, highlight=False)


def plain(value: object) -> Text:
    """Text of a file, shown as it is: no markup, and no escape sequence that would move the cursor."""
    text = "" if value is None else str(value)
    return Text("".join(character if character.isprintable() else " " for character in text))


def money(amount: Decimal | None) -> Text:
    return Text("" if amount is None else f"{amount:,f}", justify="right")


def table(title: str, *columns: str, numbers: Iterable[str] = ()) -> Table:
    """A light table; the columns named in `numbers` stand flush right and are never broken."""
    drawn = Table(title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    flush = set(numbers)
    for name in columns:
        if name in flush:
            drawn.add_column(name, justify="right", no_wrap=True)
        else:
            drawn.add_column(name, overflow="fold")
    return drawn
