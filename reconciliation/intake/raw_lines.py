"""The physical lines of a text file that a record was read from."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_WITHOUT_LINES = {"xlsx", "xls", "ods", "parquet"}
MOST_LINES = 40
MOST_CHARACTERS = 20_000


def has_lines(file_format: str) -> bool:
    return file_format not in _WITHOUT_LINES


def raw_lines(path: Path, encoding: str, quote: str, line: int, following: int | None) -> tuple[str, bool]:
    """The text from `line` (from 1) to before the next record's line, and whether more of it was cut off.

    In a table with quotes the record ends with the line that closes them; what stands between two records there is
    another line's business: a duplicate, or one that was rejected.
    """
    with path.open(encoding=encoding or "utf-8", errors="replace") as file:
        most = MOST_LINES if following is None else min(MOST_LINES, max(1, following - line))
        lines = list(islice(file, line - 1, line - 1 + most))
    if quote:
        lines = list(_to_the_closing_quote(lines, quote))
    text = "".join(lines).rstrip("\n")
    ended = bool(quote) or (following is not None and following - line <= MOST_LINES) or len(lines) < most
    return text[:MOST_CHARACTERS], not ended or len(text) > MOST_CHARACTERS


def _to_the_closing_quote(lines: list[str], quote: str) -> Iterator[str]:
    quotes = 0
    for line in lines:
        yield line
        quotes += line.count(quote)
        if quotes % 2 == 0:
            return
