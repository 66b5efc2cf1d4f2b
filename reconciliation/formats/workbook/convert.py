"""The child process: one sheet of a workbook as text cells in an Arrow file. Run as a module, with limits set."""

import json
import resource
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from reconciliation.formats.cells.kinds import Kind, kind_of
from reconciliation.formats.detection.shape import find_shape
from reconciliation.formats.text.rows import Row
from reconciliation.formats.workbook.cells import column_of, text_of
from reconciliation.formats.workbook.package import (
    UnsafeWorkbookError,
    check_package,
    is_open_document,
    rows_without_value,
)

_MEMORY, _SECONDS = 3 << 30, 120
_BATCH, _LOOKED_AT = 20_000, 200
_REFUSED = 3


def main(source: Path, target: Path, wanted: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    kind = _kind(source)
    workbook = CalamineWorkbook.from_path(str(source))
    tables = [workbook.get_sheet_by_name(wanted)] if wanted in workbook.sheet_names else _tables(workbook)
    if not tables:
        raise UnsafeWorkbookError("no sheet of it has a table of transaction lines.")
    sheet, *others = tables
    named = {
        "sheet": sheet.name,
        "others": [other.name for other in others],
        "format": kind,
        "missing": rows_without_value(source, sheet.name) if kind == "xlsx" else {},
    }
    _write(sheet, target, {b"workbook": json.dumps(named).encode()})


def _kind(source: Path) -> str:
    with source.open("rb") as stream:
        if stream.read(2) != b"PK":
            return "xls"
    check_package(source)
    return "ods" if is_open_document(source) else "xlsx"


def _tables(workbook: CalamineWorkbook) -> list[CalamineSheet]:
    """The visible sheets with a table in them, those with lines of dates and numbers first."""
    found = []
    for place, about in enumerate(workbook.sheets_metadata):
        if about.visible != SheetVisibleEnum.Visible:
            continue
        sheet = workbook.get_sheet_by_name(about.name)
        rows = [
            Row(number, 1, tuple(text_of(cell)[0] for cell in cells))
            for number, cells in enumerate(islice(sheet.iter_rows(), _LOOKED_AT), 1)
        ]
        shape = find_shape([row for row in rows if row.filled])
        if shape is not None:
            lines = any(kind_of(cell) in (Kind.DATE, Kind.NUMBER) for row in shape.body for cell in row.cells)
            found.append((not lines, place, sheet))
    found.sort(key=lambda item: item[:2])
    empty_too = all(empty for empty, _, _ in found)
    return [sheet for empty, _, sheet in found if empty_too or not empty]


def _write(sheet: CalamineSheet, target: Path, metadata: dict[bytes | str, bytes | str]) -> None:
    width = max(1, sheet.width)
    fields: list[Any] = [pa.field(f"cell_{place}", pa.string()) for place in range(width)]
    fields += [pa.field(f"number_{place}", pa.bool_()) for place in range(width)]
    schema = pa.schema(fields, metadata=metadata)
    rows = sheet.iter_rows()
    with pa.ipc.new_file(str(target), schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            columns = [column_of(cells) for cells in zip(*batch, strict=True)]
            arrays = [text for text, _ in columns] + [number for _, number in columns]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    except (UnsafeWorkbookError, CalamineError) as error:
        reason = str(error) if isinstance(error, UnsafeWorkbookError) else "the workbook is damaged. Export it again."
        sys.stderr.write(reason)
        sys.exit(_REFUSED)
