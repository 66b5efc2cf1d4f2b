"""What holds for every file, however broken: it is refused in words, or each of its lines is accounted for."""

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import FrameType

from reconciliation.formats import Inspection, InvalidMappingError, UnreadableFileError, inspect
from reconciliation.money import to_decimal

_LINES = {"csv", "camt", "mt940", "mt942", "bai2", "ofx", "qif"}
_LINE_END = re.compile(r"\r\n|\r|\n")
_SECONDS, _HANGS = 5.0, 60
_SHORTEST_MESSAGE = 15


def check(path: Path) -> None:
    """Raises `AssertionError`, or whatever the parser raises that is no refusal."""
    began = time.process_time()
    try:
        with _bounded(path):
            found = inspect(path)
            document = json.dumps(found.document())
    except (UnreadableFileError, InvalidMappingError) as refusal:
        _in_words(str(refusal))
        return
    finally:
        _in_time(path, time.process_time() - began)
    assert "NaN" not in document or "Infinity" not in document
    _adds_up(found)
    if found.detection.format in _LINES:
        counted = {count.category: count.lines for count in found.reading.accounting}
        assert sum(counted.values()) == _physical_lines(path, found.mapping.encoding), counted


def _in_words(refusal: str) -> None:
    assert len(refusal) > _SHORTEST_MESSAGE, refusal


def _in_time(path: Path, spent: float) -> None:
    assert spent < _SECONDS, f"{spent:.1f} s for {path.stat().st_size:,} bytes"


def _adds_up(found: Inspection) -> None:
    reading = found.reading
    sums: dict[str, Decimal] = {}
    rows = reading.records.select(["amount", "scale", "currency", "row"]).to_pylist()
    for row in rows:
        if row["amount"] is not None:
            sums[row["currency"]] = sums.get(row["currency"], Decimal()) + to_decimal(row["amount"], row["scale"])
    assert sums == reading.sum_by_currency
    numbers = [row["row"] for row in rows]
    assert numbers == sorted(set(numbers)), "rows are numbered twice"
    rejected = next((count.lines for count in reading.accounting if count.category == "rejected"), 0)
    assert bool(reading.rejected) or not rejected


def _physical_lines(path: Path, encoding: str) -> int:
    text = path.read_bytes().decode(encoding, "replace")
    ends = len(_LINE_END.findall(text))
    return ends + (not text.endswith(("\r", "\n")) and bool(text))


@contextmanager
def _bounded(path: Path) -> Iterator[None]:
    """A parser that goes round in circles is stopped, with the place where it does."""

    def hangs(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"reading {path.stat().st_size:,} bytes has not ended after {_HANGS} s")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(_HANGS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
