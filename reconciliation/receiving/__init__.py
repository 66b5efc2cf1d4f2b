"""Bytes on their way in, whichever door they come through: nothing is kept of what may not come in."""

from reconciliation.receiving.gate import FileInfectedError, FileKindRefusedError, FileTooLargeError, Gate, receive
from reconciliation.receiving.scanner import Scanner, ScannerAwayError

__all__ = [
    "FileInfectedError",
    "FileKindRefusedError",
    "FileTooLargeError",
    "Gate",
    "Scanner",
    "ScannerAwayError",
    "receive",
]
