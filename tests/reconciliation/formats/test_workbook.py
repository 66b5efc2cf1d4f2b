"""Excel workbooks, good and hostile."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.formats import UnreadableFileError, detect, inspect
from reconciliation.formats.workbook.cells import column_of, text_of
from reconciliation.formats.workbook.package import UnsafeWorkbookError, check_package
from tests.reconciliation.formats.files import amounts, lines, rejected

_SHEET = "xl/worksheets/sheet1.xml"


def _workbook(path: Path, rows: list[list[Any]], *more: list[list[Any]]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for table in (rows, *more):
            sheet = book.add_worksheet()
            for place, row in enumerate(table):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(place, column, cell, day)
                    elif cell is not None:
                        sheet.write(place, column, cell)
    return path


def _with_part(path: Path, name: str, change: Any) -> Path:
    """The workbook with one part of its zip replaced."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "statement.xlsx"


def test_numbers_dates_and_texts(path: Path) -> None:
    """Numbers are exact decimals, dates are days, lines are the rows of the sheet."""
    _workbook(
        path,
        [
            ["Statement"],
            [None],
            ["Date", "Text", "Amount", "Currency"],
            [datetime(2026, 5, 4), "a", 0.1 + 0.2, "EUR"],  # noqa: DTZ001 - a spreadsheet has no zones
            [datetime(2026, 5, 5), "b", -1234567.89, "EUR"],  # noqa: DTZ001
        ],
    )

    inspection = inspect(path)

    assert inspection.detection.format == "xlsx"
    assert amounts(inspection.reading.records) == [Decimal("0.30"), Decimal("-1234567.89")]
    assert inspection.reading.records["booking_date"].to_pylist() == [date(2026, 5, 4), date(2026, 5, 5)]
    assert inspection.reading.records["line"].to_pylist() == [4, 5]
    assert lines(inspection) == {"record": 2, "header": 1, "blank": 1, "preamble": 1}


def test_numbers_beside_texts_with_a_comma(path: Path) -> None:
    """The decimal comma of the texts says nothing about cells that are numbers."""
    _workbook(path, [["Date", "Amount"], ["2026-05-04", "1,50"], ["2026-05-05", 2.125], ["2026-05-06", "3,25"]])

    assert amounts(inspect(path).reading.records) == [Decimal("1.50"), Decimal("2.125"), Decimal("3.25")]


def test_a_formula_without_a_value_is_rejected(path: Path) -> None:
    """A formula that was never calculated is no zero; one with its value is read."""
    _workbook(path, [["Date", "Amount"], ["2026-05-04", 1.5], ["2026-05-05", 2.5]])
    _with_part(
        path,
        _SHEET,
        lambda xml: xml.replace(b"<v>1.5</v>", b"<f>1+1</f>").replace(b"<v>2.5</v>", b"<f>5/2</f><v>2.5</v>"),
    )

    inspection = inspect(path)

    assert amounts(inspection.reading.records) == [Decimal("2.50")]
    assert rejected(inspection) == [(2, "")]


def test_several_sheets_with_tables_are_asked(path: Path) -> None:
    """Which of two tables is meant is a question; a sheet without a table is none."""
    table: list[list[Any]] = [["Date", "Amount"], ["2026-05-04", 1.5]]
    _workbook(path, table, [["Notes"]], table)

    detection = detect(path)

    assert detection.mapping.undecided == ("sheet",)
    assert detection.questions[0].choices == ("Sheet1", "Sheet3")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///">]><worksheet', 1),
            "DOCTYPE",
        ),
        (lambda xml: xml.replace(b"</worksheet>", b" " * 200_000_000 + b"</worksheet>"), "would unpack to"),
        (lambda xml: xml[: len(xml) // 2], "damaged"),
    ],
)
def test_refuses_hostile_workbooks(path: Path, change: Any, words: str) -> None:
    """Entities, bombs and broken parts are refused with the file's name."""
    _workbook(path, [["Date", "Amount"], ["2026-05-04", 1.5]])
    _with_part(path, _SHEET, change)

    with pytest.raises(UnreadableFileError, match=rf"statement\.xlsx: .*{words}"):
        inspect(path)


def test_refuses_other_archives_and_cut_off_ones(path: Path) -> None:
    """A zip of something else, and half a workbook, are refused."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("a.txt", "a")
    with pytest.raises(UnreadableFileError, match="zip archive, not a workbook"):
        inspect(path)

    _workbook(path, [["Date", "Amount"], ["2026-05-04", 1.5]])
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(UnreadableFileError, match="damaged or cut off"):
        inspect(path)


@given(st.lists(st.floats() | st.just("") | st.text("ab1", max_size=3), min_size=1, max_size=20))
def test_a_column_of_numbers_is_written_as_each_of_them(cells: list[float | str]) -> None:
    """All at once or one by one: the same digits, and the same cells are numbers."""
    texts, numbers = column_of(cells)

    assert list(zip(texts.to_pylist(), numbers.to_pylist(), strict=True)) == [text_of(cell) for cell in cells]


@pytest.mark.parametrize(
    "prolog", ["<!DOCTYPE x>", "<!-- <a/> -->" * 3 + "<!DOCTYPE x>", "<?p <a?><!DOCTYPE x>", "<!-- <a "]
)
def test_a_declaration_is_found_wherever_it_may_stand(tmp_path: Path, prolog: str) -> None:
    """Before the first element, also where a comment or an instruction pretends to be one."""
    path = _with_part(
        _workbook(tmp_path / "odd.xlsx", [["Date", "Amount"]]), _SHEET, lambda part: prolog.encode() + part
    )

    with pytest.raises(UnsafeWorkbookError, match="DOCTYPE"):
        check_package(path)
