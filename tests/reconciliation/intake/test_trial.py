"""The head of a large file, which stands for all of it in the preview."""

from pathlib import Path

import pytest

from reconciliation.formats import detect
from reconciliation.intake.trial import WHOLE_FILE, try_out


@pytest.mark.parametrize(
    ("encoding", "end"),
    [
        ("utf-8", "\n"),
        ("utf-8", "\r"),
        ("utf-8-sig", "\r\n"),
        ("utf-16", "\n"),
        ("utf-16-le", "\r\n"),
        ("cp1252", "\n"),
    ],
)
def test_ends_with_a_whole_line(tmp_path: Path, encoding: str, end: str) -> None:
    """Whatever a line ends with, and however many bytes that takes: no line of the preview is half a line."""
    path = tmp_path / "large.csv"
    line = f"2026-03-13,Café à Genève {'x' * 200},-1.50,EUR{end}"
    text = f"Date,Text,Amount,Currency{end}" + line * (WHOLE_FILE // len(line) + 1)
    path.write_bytes(text.encode(encoding))
    mapping = detect(path).mapping

    trial = try_out(path, "large.csv", mapping)

    assert not trial.is_whole
    assert trial.reading.rejected == ()
    assert trial.reading.records["text"].unique().to_pylist() == [f"Café à Genève {'x' * 200}"]
