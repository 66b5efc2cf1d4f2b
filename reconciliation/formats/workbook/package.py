"""What is checked in the zip of an XLSX before anything reads it, and what the reader itself cannot tell."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET
from zipfile import BadZipFile, ZipFile

_LARGEST = 1 << 30
_SMALL = 50 << 20
_HIGHEST_RATIO = 100
_CHUNK = 1 << 20
_OPEN_DOCUMENT = "content.xml"
_BOOKS = {"xl/workbook.xml", _OPEN_DOCUMENT}
_OVERLAP = 1 << 16
_PROLOG = 1 << 16
_ELEMENT = re.compile(rb"<[A-Za-z_]")
_PASSED_OVER = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_UNVALUED = re.compile(
    rb"<(?:\w+:)?c\b(?P<cell>[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b(?P<cell>[^>]*\bt=\"e\"[^>]*)>")
_PLACE = re.compile(rb"\br=\"[A-Z]+(\d+)\"")


class UnsafeWorkbookError(ValueError):
    """The workbook is not opened; the text says why."""


def check_package(path: Path) -> None:
    """Sizes first, from the directory alone; then every XML part is searched for a DOCTYPE or an entity."""
    try:
        with ZipFile(path) as package:
            infos = package.infolist()
            unpacked = sum(info.file_size for info in infos)
            packed = max(1, sum(info.compress_size for info in infos))
            if unpacked > _LARGEST or (unpacked > _SMALL and unpacked / packed > _HIGHEST_RATIO):
                raise UnsafeWorkbookError(f"it would unpack to {unpacked >> 20:,} MB. Export the lines as CSV.")
            if not any(info.filename.casefold() in _BOOKS for info in infos):
                raise UnsafeWorkbookError(
                    "this is a zip archive, not a workbook. Unpack it and import the file inside."
                )
            for info in infos:
                if info.filename.endswith((".xml", ".rels")):
                    _refuse_entities(package, info.filename)
    except (BadZipFile, EOFError, RuntimeError) as error:
        raise UnsafeWorkbookError("the workbook is damaged or cut off. Export it again.") from error


def is_open_document(path: Path) -> bool:
    """An ODS, whose cells keep their values beside their formulas."""
    with ZipFile(path) as package:
        return _OPEN_DOCUMENT in package.namelist()


def rows_without_value(path: Path, sheet: str) -> dict[int, str]:
    """Sheet rows with a formula that has no stored value, or with an error: the reader shows both as empty cells."""
    found: dict[int, str] = {}
    with ZipFile(path) as package:
        part = _parts(package).get(sheet)
        if part is None:
            return found
        with package.open(part) as stream:
            for window in _windows(stream):
                if b"<f" not in window and b":f" not in window and b't="e"' not in window:
                    continue
                _note(found, _UNVALUED, window, "has a formula without a stored value: open and save it in Excel")
                _note(found, _ERROR, window, "has an error instead of a value")
    return found


def _note(found: dict[int, str], pattern: re.Pattern[bytes], window: bytes, reason: str) -> None:
    for match in pattern.finditer(window):
        place = _PLACE.search(match["cell"])
        if place is None:
            raise UnsafeWorkbookError(
                "cells with formulas do not say where they stand. Save the workbook in Excel again."
            )
        found.setdefault(int(place[1]), reason)


def _refuse_entities(package: ZipFile, name: str) -> None:
    """XML declares them before its first element, and nowhere else."""
    with package.open(name) as stream:
        beginning = _PASSED_OVER.sub(b"", stream.read(_PROLOG))
    first = _ELEMENT.search(beginning)
    before = beginning[: first.start()] if first else beginning
    if b"\0" in beginning or b"<!" in before or b"<?" in before:  # or one of those passed over that has no end
        raise UnsafeWorkbookError("it declares a DOCTYPE or entities, which no workbook needs. It is not opened.")


def _windows(stream: IO[bytes]) -> Iterator[bytes]:
    """Chunks that overlap, so that nothing looked for is cut in two."""
    tail = b""
    while chunk := stream.read(_CHUNK):
        yield tail + chunk
        tail = (tail + chunk)[-_OVERLAP:]


def _parts(package: ZipFile) -> dict[str, str]:
    """Sheet name → part of the package."""
    workbook = ET.fromstring(package.read("xl/workbook.xml"))  # noqa: S314 - see the import
    relations = ET.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - see the import
    targets = {item.get("Id", ""): item.get("Target", "") for item in relations}
    found = {}
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = targets.get(element.get(_RELATION, ""), "")
            found[element.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found
