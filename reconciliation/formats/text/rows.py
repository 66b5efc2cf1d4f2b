"""Rows of cells out of the beginning of a delimited text, each with the physical line it starts on."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

LINE_END = re.compile(r"\r\n|\r|\n")


class Row(NamedTuple):
    """One row. `span` is the number of physical lines it covers; `open_quote`: a quote that nothing closes."""

    line: int
    span: int
    cells: tuple[str, ...]
    open_quote: bool = False

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell.strip()]


def split_rows(text: str, delimiter: str, quote: str) -> Iterator[Row]:
    """A quote means something at the beginning of a cell only, as the columnar reader has it."""
    field = _field(delimiter, quote)
    position, line = 0, 1
    while position < len(text):
        cells: list[str] = []
        start, open_quote, end = position, False, delimiter
        while end == delimiter:
            match = field.match(text, position)
            if match is None:
                return
            quoted, end = match["quoted"], match["end"]
            open_quote = quoted is not None and not match["close"]
            cells.append((quoted.replace(quote * 2, quote) if quoted else "") + match["plain"])
            position = match.end()
        span = len(LINE_END.findall(text[start : position - len(end)])) + 1
        yield Row(line, span, tuple(cells), open_quote)
        line += span


@cache
def _field(delimiter: str, quote: str) -> re.Pattern[str]:
    mark, stop = re.escape(quote), re.escape(delimiter)
    quoted = (
        rf"(?:{mark}(?P<quoted>[^{mark}]*(?:{mark}{mark}[^{mark}]*)*)(?P<close>{mark}?))?"
        if quote
        else "(?P<quoted>(?!))?(?P<close>)"
    )
    return re.compile(rf"{quoted}(?P<plain>[^{stop}\r\n]*)(?P<end>{stop}|\r\n|\r|\n|\Z)")
