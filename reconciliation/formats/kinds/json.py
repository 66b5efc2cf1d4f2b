"""JSON (a list of objects, or an object with one such list in it) and JSON Lines (an object on each line)."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from reconciliation.formats.cells.kinds import NumberCell
from reconciliation.formats.detection.proposal import Proposal
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.registry import FileFormat
from reconciliation.formats.results import Detection, Evidence
from reconciliation.formats.rows import StreamedRows
from reconciliation.formats.text.encodings import choose_encoding
from reconciliation.formats.text.lines import LONGEST, too_long
from reconciliation.formats.text.rows import Row
from reconciliation.formats.text.stream import text_of

_BEGINNING = re.compile(r"[\[{]\s*(?:[\[{\"\]}]|$)")
_LARGEST = 64 << 20  # takes up to ten times as much in memory
_MOST_COLUMNS = 500
_LISTS_IN_OBJECT = 1

_Numbered = tuple[int, dict[str, str]]


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


def _table(path: Path, encoding: str) -> StreamedRows:
    """Lines are those of JSON Lines, which are read as often as they are asked for, else the places in the list."""
    if _is_lines(path, encoding):
        return _rows(path.name, lambda: _lines(path, encoding))
    if path.stat().st_size > _LARGEST:
        message = f"JSON of more than {_LARGEST >> 20} MB is not read. Export it as JSON Lines, CSV or Parquet."
        raise UnreadableFileError(path.name, message)
    with text_of(path, encoding) as stream:
        objects = list(_objects(path.name, stream.read()))
    return _rows(path.name, lambda: objects)


def _rows(name: str, objects: Callable[[], Iterable[_Numbered]]) -> StreamedRows:
    """The columns are the fields of all objects, so all are looked through before the first row."""
    names: dict[str, None] = {}
    for _, item in objects():
        names.update(dict.fromkeys(item))
        if len(names) > _MOST_COLUMNS:
            message = f"its objects have more than {_MOST_COLUMNS} different fields. Export those that matter."
            raise UnreadableFileError(name, message)

    def rows() -> Iterator[Row]:
        yield Row(0, 0, tuple(names))
        for place, item in objects():
            yield Row(place, 1, tuple(item.get(name, "") for name in names))

    return StreamedRows(name, rows)


def _is_lines(path: Path, encoding: str) -> bool:
    """Whether its first line is an object, and not the only line."""
    with text_of(path, encoding) as stream:
        first = next((line for line in iter(lambda: stream.readline(LONGEST), "") if line.strip()), "")
        if len(first) == LONGEST or (not stream.readline(LONGEST).strip() and not stream.read(LONGEST).strip()):
            return False
    try:
        return isinstance(_parsed(first), dict)
    except (ValueError, RecursionError):
        return False


def _lines(path: Path, encoding: str) -> Iterator[_Numbered]:
    with text_of(path, encoding) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LONGEST), ""), 1):
            if len(line) == LONGEST:
                raise too_long(path.name, number)
            if line.strip():
                yield number, flattened(_object_on(path.name, number, line))


def _object_on(name: str, number: int, line: str) -> dict[str, Any]:
    try:
        item = _parsed(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(name, f"is no JSON: {error}. Export it again.", line=number) from error
    if not isinstance(item, dict):
        raise UnreadableFileError(name, "is no object with fields.", line=number)
    return item


def _objects(name: str, text: str) -> Iterator[_Numbered]:
    try:
        whole = _parsed(text)
    except json.JSONDecodeError as error:
        raise UnreadableFileError(name, f"is no JSON: {error.msg}. Export it again.", line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(name, f"is no JSON that can be read: {error}. Export it again.") from error
    for place, item in enumerate(_list_in(name, whole), 1):
        if not isinstance(item, dict):
            raise UnreadableFileError(name, f"item {place} of its list is no object with fields.")
        yield place, flattened(item)


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
