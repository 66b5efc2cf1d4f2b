"""The file formats: one class each, registered by being in the folder `kinds`."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, ClassVar

from reconciliation.formats import kinds
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.results import Detection

if TYPE_CHECKING:
    from reconciliation.formats.reading.reader import TableReader

Progress = Callable[[float], None]


class FileFormat(ABC):
    """A kind of file: told by its content, never by its name."""

    name: ClassVar[str]
    order: ClassVar[int] = 50
    """Formats are asked in this order; the first that recognises the beginning of the file reads it."""

    @abstractmethod
    def sniff(self, head: bytes) -> bool:
        """Whether a file that begins with these (up to 64 KB) bytes is of this kind."""

    @abstractmethod
    def detect(self, path: Path) -> Detection:
        """How the file would be read. Raises `UnreadableFileError`."""

    def redetect(self, path: Path, start: Mapping, *, keep_header: bool) -> Detection | None:
        """How the file would be read, given its encoding, dialect and sheet, and with `keep_header` its header line.
        None for a format in which there is nothing to choose. Raises `UnreadableFileError`.
        """
        del path, start, keep_header
        return None

    @abstractmethod
    def reader(self, path: Path, mapping: Mapping) -> "TableReader":
        """What reads every line of the file as the mapping says. Raises `UnreadableFileError`."""


@cache
def formats() -> tuple[FileFormat, ...]:
    for module in iter_modules(kinds.__path__, f"{kinds.__name__}."):
        import_module(module.name)
    found = [kind() for kind in _leaves(FileFormat)]
    return tuple(sorted(found, key=lambda kind: (kind.order, kind.name)))


def _leaves(kind: type[FileFormat]) -> list[type[FileFormat]]:
    below = [leaf for child in kind.__subclasses__() for leaf in _leaves(child)]
    return below or [kind]
