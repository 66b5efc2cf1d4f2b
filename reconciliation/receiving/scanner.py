"""What a virus scanner looks like to us: a function from a local file to the name of what it found, or nothing."""

from pathlib import Path
from typing import Protocol

from cqrs import DomainError


class ScannerAwayError(DomainError):
    """The virus scanner does not answer, so no file is taken. Try again in a while, or ask whoever runs this."""


class Scanner(Protocol):
    def __call__(self, path: Path) -> str | None:
        """The name of the virus in the file, or None. Raises `ScannerAwayError`."""
