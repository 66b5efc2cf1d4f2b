"""Each format has a sample and what comes of it: `samples/NAME.ext` and `samples/expected/NAME.json`."""

import json
from pathlib import Path
from typing import Any

import pytest

from reconciliation.formats import detect, inspect

SAMPLES = Path(__file__).parent / "samples"
FILES = sorted(path for path in SAMPLES.iterdir() if path.is_file())
HIDDEN = {"line", "row"}


def result_of(path: Path) -> dict[str, Any]:
    """Everything that a person sees of the file, records included."""
    found = inspect(path)
    document = found.document()
    del document["mapping"]
    document["accounting"] = {count.category: count.lines for count in found.reading.accounting}
    document["records"] = [{"line": preview.line, **preview.parsed} for preview in found.reading.preview]
    return document


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_is_read_as_expected(path: Path) -> None:
    """Records, balances, warnings, rejected entries and the account of all lines are those that were written down."""
    expected = json.loads((SAMPLES / "expected" / f"{path.stem}.json").read_text(encoding="utf-8"))

    assert result_of(path) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_name_says_nothing(path: Path, tmp_path: Path) -> None:
    """A file that lost its name, or has that of another format, is told by its content all the same."""
    misnamed = tmp_path / ("statement.xml" if path.suffix != ".xml" else "statement.csv")
    misnamed.write_bytes(path.read_bytes())
    expected = json.loads((SAMPLES / "expected" / f"{path.stem}.json").read_text(encoding="utf-8"))

    assert detect(misnamed).format == expected["format"]
