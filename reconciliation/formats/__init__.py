"""Files of transaction lines: what they are, how they would be read, and their records. Plain Python, no Django."""

from reconciliation.formats.column import Column
from reconciliation.formats.entry import STRUCTURE, detect, inspect, read, read_into, redetect
from reconciliation.formats.errors import InvalidMappingError, UnreadableFileError
from reconciliation.formats.mapping import Mapping, Sign
from reconciliation.formats.results import (
    Balance,
    Detection,
    Evidence,
    Findings,
    Inspection,
    LineCount,
    PreviewRow,
    Question,
    Reading,
    RejectedLine,
)
from reconciliation.formats.schema import derived_of, headers_of, record_schema

__all__ = [
    "STRUCTURE",
    "Balance",
    "Column",
    "Detection",
    "Evidence",
    "Findings",
    "Inspection",
    "InvalidMappingError",
    "LineCount",
    "Mapping",
    "PreviewRow",
    "Question",
    "Reading",
    "RejectedLine",
    "Sign",
    "UnreadableFileError",
    "derived_of",
    "detect",
    "headers_of",
    "inspect",
    "read",
    "read_into",
    "record_schema",
    "redetect",
]
