"""Results as CSV for a spreadsheet: amounts stay numbers, and no cell of somebody else's text becomes a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Protocol

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class Sheet(Protocol):
    def __call__(self, rows: Iterable[Sequence[object]], /) -> None: ...


def neutral(cell: object) -> str:
    """The cell as text that a spreadsheet does not calculate; None is empty, a small amount is written out."""
    text = f"{cell:f}" if isinstance(cell, Decimal) else "" if cell is None else str(cell)
    if text.startswith(STARTS_A_FORMULA) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


@contextmanager
def sheet(path: Path, header: Sequence[str]) -> Iterator[Sheet]:
    """A CSV file that takes rows in batches and appears under its name when it is complete."""
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            yield lambda rows: writer.writerows([neutral(cell) for cell in row] for row in rows)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
