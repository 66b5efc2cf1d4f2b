"""The three things one can ask about a file."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.kept import InMemory, Kept
from reconciliation.formats.registry import FileFormat, Progress, formats
from reconciliation.formats.results import Detection, Findings, Inspection, Reading

_HEAD = 1 << 16


def detect(path: Path) -> Detection:
    """How the file would be read, with the evidence for each decision. Raises `UnreadableFileError`."""
    return _format_of(path).detect(path)


def read(path: Path, mapping: Mapping, *, on_progress: Progress | None = None) -> Reading:
    """The whole file as the mapping says, every physical line accounted for. Raises `UnreadableFileError`."""
    reader = _format_of(path).reader(path, mapping)
    kept = InMemory(reader.schema)
    findings = reader.read(kept, on_progress or _silent)
    told = {field.name: getattr(findings, field.name) for field in fields(findings)}
    return Reading(records=kept.table(), spans=kept.spans(), **told)


def read_into(kept: Kept, path: Path, mapping: Mapping, *, on_progress: Progress | None = None) -> Findings:
    """The same with the records handed over batch by batch: the memory does not grow with a file of lines."""
    return _format_of(path).reader(path, mapping).read(kept, on_progress or _silent)


def inspect(path: Path, mapping: Mapping | dict[str, Any] | None = None) -> Inspection:
    """Detects, then reads: with this mapping, or with the detected one and a document of answers laid over it."""
    detection = detect(path)
    chosen = mapping if isinstance(mapping, Mapping) else detection.mapping.with_answers(mapping or {})
    return Inspection(detection=detection, reading=read(path, chosen), mapping=chosen)


def _format_of(path: Path) -> FileFormat:
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise UnreadableFileError(path.name, f"the file cannot be opened ({error.strerror}).") from error
    if not head:
        raise UnreadableFileError(path.name, "the file is empty. Export it again.")
    return next(kind for kind in formats() if kind.sniff(head))


def _silent(_share: float) -> None:
    """Nobody watches."""
