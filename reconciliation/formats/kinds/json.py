"""JSON (a list of objects, or an object with one such list in it) and JSON Lines (an object on each line)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from reconciliation.formats.cells.kinds import NumberCell
from reconciliation.formats.detection.proposal import Proposal
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.registry import FileFormat
from reconciliation.formats.results import Detection, Evidence
from reconciliation.formats.rows import RowTable
from reconciliation.formats.text.encodings import choose_encoding
from reconciliation.formats.text.rows import Row

_BEGINNING = re.compile(r"[\[{]\s*(?:[\[{\"\]}]|$)")
_LARGEST = 200 << 20
_MOST_COLUMNS = 500
_LISTS_IN_OBJECT = 1


class Json(FileFormat):
    name = "json"
    order = 16

    def sniff(self, head: bytes) -> bool:
        wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
        return _BEGINNING.match(head.decode("utf-16" if wide else "utf-8-sig", "ignore").lstrip()) is not None

    def detect(self, path: Path) -> Detection:
        encoding = choose_encoding(path).name
        evidence = Evidence(
            decision="format", choice="json", because="it begins with an object or a list", confidence=99
        )
        start = Mapping(format=self.name, encoding=encoding, delimiter="", quote="")
        return Proposal(_table(path, encoding), start, [evidence]).detection()

    def reader(self, path: Path, mapping: Mapping) -> TableReader:
        return TableReader(_table(path, mapping.encoding), mapping)


def _table(path: Path, encoding: str) -> RowTable:
    """Lines are those of JSON Lines, else the places of the objects in their list."""
    if path.stat().st_size > _LARGEST:
        raise UnreadableFileError(path.name, "JSON of more than 200 MB is not read. Export it as CSV or Parquet.")
    text = path.read_text(encoding=encoding)
    objects = [(place, flattened(item)) for place, item in _objects(path.name, text)]
    names = list(dict.fromkeys(name for _, item in objects for name in item))
    if len(names) > _MOST_COLUMNS:
        message = f"its objects have {len(names)} different fields; no more than {_MOST_COLUMNS} are read."
        raise UnreadableFileError(path.name, message)
    header = Row(0, 0, tuple(names))
    rows = [Row(place, 1, tuple(item.get(name, "") for name in names)) for place, item in objects]
    return RowTable(path.name, [header, *rows])


def _objects(name: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        whole = _parsed(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Extra data"):
            raise UnreadableFileError(name, f"is no JSON: {error.msg}. Export it again.", line=error.lineno) from error
        yield from _lines(name, text)
        return
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(name, f"is no JSON that can be read: {error}. Export it again.") from error
    for place, item in enumerate(_list_in(name, whole), 1):
        if not isinstance(item, dict):
            raise UnreadableFileError(name, f"item {place} of its list is no object with fields.")
        yield place, item


def _lines(name: str, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            item = _parsed(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError(name, f"is no JSON: {error}. Export it again.", line=number) from error
        if not isinstance(item, dict):
            raise UnreadableFileError(name, "is no object with fields.", line=number)
        yield number, item


def _list_in(name: str, whole: Any) -> list[Any]:
    if isinstance(whole, list):
        return whole
    lists = [value for value in whole.values() if _holds_objects(value)] if isinstance(whole, dict) else []
    if len(lists) == _LISTS_IN_OBJECT:
        return list(lists[0])
    if isinstance(whole, dict) and not lists:
        return [whole]
    raise UnreadableFileError(name, "it holds several lists, and nothing says which is that of the transactions.")


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _parsed(text: str) -> Any:
    """Digits as written: no number of the file ever becomes a float."""
    return json.loads(
        text, parse_float=NumberCell, parse_int=NumberCell, parse_constant=_no_number, object_pairs_hook=_fields
    )


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = next(name for place, (name, _) in enumerate(pairs) if name in dict(pairs[:place]))
        raise ValueError(f"an object has the field {twice!r} twice")
    return fields


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number in JSON")


def flattened(item: dict[str, Any], before: str = "") -> dict[str, str]:
    """Objects in an object as `outer.inner`; a list in it as its JSON text."""
    cells: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            cells |= flattened(value, f"{before}{name}.")
        else:
            cells[f"{before}{name}"] = _cell(value)
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
