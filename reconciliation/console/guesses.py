"""What was guessed, and why, as a table. Knows neither the database nor the messages: `inspect` starts without them."""

from collections.abc import Sequence
from typing import Protocol

from rich.table import Table

from reconciliation.console.screen import plain, table


class Guess(Protocol):
    """What both kinds of evidence have: about a file and about rules."""

    @property
    def decision(self) -> str: ...
    @property
    def choice(self) -> str: ...
    @property
    def because(self) -> str: ...
    @property
    def confidence(self) -> int: ...


def guesses(title: str, found: Sequence[Guess]) -> Table:
    drawn = table(title, "Decision", "Choice", "Because", "Sure", numbers=("Sure",))
    for guess in found:
        drawn.add_row(plain(guess.decision), plain(guess.choice), plain(guess.because), f"{guess.confidence} %")
    return drawn
