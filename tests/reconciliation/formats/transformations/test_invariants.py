"""What holds of transformations whatever stands in the file."""

import csv
import io
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.formats import Reading, inspect
from reconciliation.formats.transformations.concatenate import Concatenate
from reconciliation.formats.transformations.digits import Digits
from reconciliation.formats.transformations.extract import Extract
from reconciliation.formats.transformations.lookup import Lookup
from tests.reconciliation.formats.files import amounts, written

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12)
CELLS = st.lists(TEXT, min_size=1, max_size=8)
PATTERNS = ["INV-([0-9]+)", "[0-9]+", "([A-Z])([0-9])", r"\(([a-z]+)\)", "[(]([^)]*)", "a|(b)", r"(?:a(b))?c"]


def arrow(cells: list[str]) -> Any:
    return pa.array(cells, pa.string())


@given(CELLS)
def test_digits_are_those_of_the_text(cells: list[str]) -> None:
    """In their order, and no others."""
    made = Digits(target="x").made([arrow(cells)], len(cells)).to_pylist()

    assert made == [re.sub("[^0-9]", "", cell) for cell in cells]


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=8), st.sampled_from(["", "-", " / "]))
def test_parts_are_joined(rows: list[tuple[str, str, str]], separator: str) -> None:
    """All parts, in order, or nothing at all."""
    inputs = [arrow(list(column)) for column in zip(*rows, strict=True)]
    step = Concatenate(target="x", of=("a", "b", "c"), separator=separator)
    made = step.made(inputs, len(rows)).to_pylist()

    parts = [[cell.strip() for cell in row] for row in rows]
    assert [str(text).split() for text in made] == [(separator.join(row) if any(row) else "").split() for row in parts]


@given(st.lists(st.text("INV-0123456789abcABC() ", max_size=20), min_size=1, max_size=8), st.sampled_from(PATTERNS))
def test_what_is_found_is_the_first_group(cells: list[str], pattern: str) -> None:
    """As Python's own engine finds it, where the two mean the same."""
    made = Extract(target="x", pattern=pattern).made([arrow(cells)], len(cells)).to_pylist()

    found = [re.search(pattern, cell) for cell in cells]
    assert made == [(match[1 if match.re.groups else 0] or "") if match else "" for match in found]


@given(CELLS, st.dictionaries(TEXT.map(str.strip).filter(bool), TEXT, min_size=1, max_size=5))
def test_a_lookup_says_what_its_table_says(cells: list[str], table: dict[str, str]) -> None:
    """Each cell is in the table, empty, or refused; no cell gets the value of another."""
    step = Lookup(target="x", table=table)
    made = step.made([arrow(cells)], len(cells)).to_pylist()
    refused = step.refused([arrow(cells)])

    assert refused is not None
    for cell, value, unknown in zip(cells, made, refused, strict=True):
        written_cell = cell.strip()
        assert (value, bool(unknown)) == (table.get(written_cell, ""), bool(written_cell) and written_cell not in table)


def inspected(rows: list[tuple[int, str]], steps: list[dict[str, Any]]) -> Reading:
    text = io.StringIO()
    csv.writer(text).writerows([("Date", "Amount", "Purpose"), *(("2026-05-04", *row) for row in rows)])
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), text.getvalue())
        return inspect(path, {"currency": "EUR", "transformations": steps}).reading


PLAIN = st.text("abc XYZ0123456789-/", min_size=1, max_size=12).filter(lambda text: text.strip())


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(-10_000_000, 10_000_000), PLAIN), min_size=2, max_size=6))
def test_the_line_stays_as_it_is(rows: list[tuple[int, str]]) -> None:
    """A mapping of its own making changes no raw cell and loses no line; cents are hundredths, and minus is minus."""
    plain = inspected(rows, [])
    steps = [{"kind": "digits", "target": "own", "of": "Purpose"}, {"kind": "minor_units"}, {"kind": "invert_sign"}]
    made = inspected(rows, steps)

    cells = ["line", "row", "cell_0", "cell_1", "cell_2"]
    assert made.records.select(cells).equals(plain.records.select(cells))
    assert [-100 * amount for amount in amounts(made.records)] == amounts(plain.records)


def test_no_pattern_hangs() -> None:
    """What takes other engines years is over at once: the time grows with the text and no faster."""
    cells = arrow(["a" * 50_000] * 20)
    begun = time.process_time()
    for pattern in ("(a*)*b", "(a|aa)+$b", "(?:a?){100}a{100}b", "(.*.*.*)=.*"):
        assert set(Extract(target="x", pattern=pattern).made([cells], 20).to_pylist()) == {""}

    assert time.process_time() - begun < 3
