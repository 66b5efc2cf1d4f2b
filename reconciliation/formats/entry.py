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
# What divides a file into cells: with another of these, its columns are others.
STRUCTURE = ("encoding", "delimiter", "quote", "sheet", "header_line")


def detect(path: Path) -> Detection:
    """How the file would be read, with the evidence for each decision. Raises `UnreadableFileError`."""
    return _format_of(path).detect(path)


def redetect(path: Path, before: Mapping, changes: dict[str, Any]) -> Detection | None:
    """How the file would be read where the changes say how it is written or where its header is: then its columns are
    others. None where they say nothing of the kind, or name the columns themselves. Raises `UnreadableFileError` and
    `InvalidMappingError`.
    """
    given = {name: changes[name] for name in STRUCTURE if name in changes and changes[name] != getattr(before, name)}
    if not given or "columns" in changes or "headers" in changes:
        return None
    return _format_of(path).redetect(path, before.with_answers(given), keep_header="header_line" in given)


def read(path: Path, mapping: Mapping, *, on_progress: Progress | None = None) -> Reading:
    """The whole file as the mapping says, every physical line accounted for. Raises `UnreadableFileError`."""
    kept = InMemory()
    findings = read_into(kept, path, mapping, on_progress=on_progress)
    told = {field.name: getattr(findings, field.name) for field in fields(findings)}
    return Reading(records=kept.table(), spans=kept.spans(), **told)


def read_into(kept: Kept, path: Path, mapping: Mapping, *, on_progress: Progress | None = None) -> Findings:
    """The same with the records handed over batch by batch: the memory does not grow with a file of lines."""
    return _format_of(path).reader(path, mapping).read(kept, on_progress or _silent)


def inspect(path: Path, mapping: Mapping | dict[str, Any] | None = None) -> Inspection:
    """Detects, then reads: with this mapping, or with the detected one and a document of answers laid over it."""
    detection = detect(path)
    if isinstance(mapping, Mapping):
        chosen = mapping
    else:
        answers = mapping or {}
        detection = redetect(path, detection.mapping, answers) or detection
        chosen = detection.mapping.with_answers(answers)
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
