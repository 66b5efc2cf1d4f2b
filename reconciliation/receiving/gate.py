"""Checks a file's size, its kind and its health before it is stored."""

from dataclasses import dataclass
from pathlib import Path

from cqrs import DomainError, services
from reconciliation.formats import UnreadableFileError
from reconciliation.formats.kinds.foreign import ForeignFile
from reconciliation.formats.registry import formats
from reconciliation.receiving.scanner import Scanner
from reconciliation.storage import BLOCK, Readable, Storage, StoredFile

HEAD = 2**16
KILOBYTE = 1000


class FileTooLargeError(DomainError):
    """The file is larger than this installation takes. Export a shorter period, or have the limit raised."""


class FileKindRefusedError(DomainError):
    """Files of this kind are not read: lists of transactions are."""


class FileInfectedError(DomainError):
    """The virus scanner refuses the file. Nothing of it was kept."""


@dataclass(frozen=True)
class Gate:
    """`most_bytes` is the largest file that comes in; without a scanner no file is scanned."""

    most_bytes: int
    scanner: Scanner | None = None

    def refuse_size(self, size: int, file_name: str) -> None:
        """For a door that is told the size before the bytes come."""
        if size > self.most_bytes:
            limit = f"{self.most_bytes / KILOBYTE**2:,.0f} MB"
            raise FileTooLargeError(f"{file_name}: more than {limit} are not taken.")

    def refuse_kind(self, path: Path, file_name: str) -> None:
        """By the first bytes of the file at `path`, of which there may be only the beginning."""
        with path.open("rb") as stream:
            head = stream.read(HEAD)
        if not head:
            raise FileKindRefusedError(f"{file_name}: the file is empty. Export it again.")
        kind = next(kind for kind in formats() if kind.sniff(head))
        if isinstance(kind, ForeignFile):
            try:
                kind.detect(path)
            except UnreadableFileError as error:
                raise FileKindRefusedError(f"{file_name}: {error.message}") from error

    def admit(self, stream: Readable, file_name: str, storage: Storage) -> StoredFile:
        """Store what the stream holds, if it may come in; what is refused leaves no trace."""
        with storage.new_file() as path:
            self._receive(stream, path, file_name)
            self.refuse_kind(path, file_name)
            if self.scanner is not None and (found := self.scanner(path)) is not None:
                raise FileInfectedError(f"{file_name}: {found}.")
            return storage.adopt(path)

    def _receive(self, stream: Readable, path: Path, file_name: str) -> None:
        size = 0
        with path.open("wb") as target:
            while block := stream.read(BLOCK):
                size += len(block)
                self.refuse_size(size, file_name)
                target.write(block)


def receive(stream: Readable, file_name: str) -> StoredFile:
    """Let a file in through the installation's gate, into its storage. Raises what `Gate.admit` raises."""
    return services.get(Gate).admit(stream, file_name, services.get(Storage))
