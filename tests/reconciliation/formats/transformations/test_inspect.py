"""`manage.py inspect --mapping`: what a mapping makes, beside the line that it is made of."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from reconciliation.formats import UnreadableFileError, inspect
from tests.reconciliation.formats.files import written

TEXT = "Date,Amount,Purpose\n2026-05-04,1.00,Rent INV-12\n2026-05-05,2.00,Coffee\n"
STEP = {"kind": "extract", "target": "invoice", "of": "Purpose", "pattern": "INV-[0-9]+"}


def inspected(folder: Path, capsys: pytest.CaptureFixture[str], mapping: dict[str, object]) -> str:
    (folder / "mapping.json").write_text(json.dumps(mapping))
    call_command("inspect", str(written(folder, TEXT)), mapping=folder / "mapping.json")
    return capsys.readouterr().out


def test_what_is_made_stands_beside_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Derived keys are seen before anything is imported."""
    shown = inspected(tmp_path, capsys, {"transformations": [STEP], "currency": "EUR"})

    line = next(line for line in shown.splitlines() if "Rent INV-12" in line and line.split()[0] == "2")
    assert line.split()[1] == "INV-12"


def test_another_header_line_gives_other_columns(tmp_path: Path) -> None:
    """An answer that divides the file anew has its columns detected anew."""
    text = "Date,Amount,Text\nDay,Value,Purpose\n2026-05-04,1.00,Rent\n2026-05-05,2.00,Coffee\n"
    path = written(tmp_path, text)

    assert inspect(path, {"currency": "EUR"}).mapping.headers == ("Date", "Amount", "Text")
    assert inspect(path, {"currency": "EUR", "header_line": 2}).mapping.headers == ("Day", "Value", "Purpose")
    with pytest.raises(UnreadableFileError, match="no table"):
        inspect(path, {"header_line": 9})
