"""Files by what is in them: the key is the SHA-256 of the bytes, so nothing is stored twice or overwritten."""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.core.files.storage import Storage as FileStore

from reconciliation.file_cache import FileCache

BLOCK = 2**20
PARTS, INCOMING = "parts", "incoming"
_LEVEL = re.compile(r"[0-9a-f]{2}")
_KEY = re.compile(r"[0-9a-f]{64}")


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class StoredFile:
    sha256: str
    size: int

    @property
    def key(self) -> str:
        return key_of(self.sha256)


class FileMissingError(LookupError):
    """Raised with the key: the file was never uploaded, or was deleted behind our back."""

    def __str__(self) -> str:
        return f"The storage has no file {self.args[0]}. Upload the file again."


def key_of(sha256: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise FileMissingError(sha256)
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class Storage:
    """Content-addressed files over one of Django's storages: a local directory, or S3 by setting.

    `cache` is where files of a remote storage are kept for readers that need a path; a local storage needs none.
    """

    def __init__(self, files: FileStore, cache: FileCache | None = None) -> None:
        self._files = files
        self._cache = cache

    def put(self, stream: Readable) -> StoredFile:
        """Store what the stream holds; the file appears whole or not at all."""
        with self.new_file() as path:
            with path.open("wb") as target:
                while block := stream.read(BLOCK):
                    target.write(block)
            return self.adopt(path)

    @contextmanager
    def new_file(self) -> Iterator[Path]:
        """A path to write to before `adopt`, on the disk of the storage where that is a disk."""
        directory = self._incoming()
        directory.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=directory, prefix="incoming-")
        os.close(handle)
        try:
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)

    def sweep_incoming(self, longest: timedelta) -> None:
        """Remove what a process that was killed had begun to write."""
        begun_before = time.time() - longest.total_seconds()
        for path in self._incoming().glob("incoming-*"):
            if path.stat().st_mtime < begun_before:
                path.unlink(missing_ok=True)

    def adopt(self, path: Path) -> StoredFile:
        """Move a finished file into the storage."""
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        stored = StoredFile(digest, path.stat().st_size)
        if self.exists(stored.key) and not self._is_old(stored.key):
            return stored
        self.save_as(path, stored.key)
        return stored

    def exists(self, key: str) -> bool:
        return self._files.exists(key)

    def size(self, key: str) -> int:
        if not self.exists(key):
            raise FileMissingError(key)
        return self._files.size(key)

    def open(self, key: str) -> BinaryIO:
        if not self.exists(key):
            raise FileMissingError(key)
        return cast("BinaryIO", self._files.open(key, "rb"))

    def path(self, key: str) -> Path:
        """A local path of the file; of a remote storage's file, a copy that is fetched once."""
        local = self._local(key)
        if local is None:
            return self._fetched(key)
        if not local.exists():
            raise FileMissingError(key)
        return local

    def delete(self, key: str) -> None:
        self._files.delete(key)
        if self._cache is not None:
            self._cache.forget(key)

    def save_as(self, path: Path, key: str) -> None:
        """Move a finished file into the storage under a key of its own, over whatever is there."""
        local = self._local(key)
        if local is not None:
            local.parent.mkdir(parents=True, exist_ok=True)
            path.chmod(0o640)
            path.replace(local)
            return
        with path.open("rb") as source:
            self._files.save(key, File(source))
        self._copies.put(path, key)

    def stored_keys(self) -> Iterator[str]:
        """Every file that is stored by its content."""
        for first in self._folders("", _LEVEL):
            for second in self._folders(first, _LEVEL):
                yield from (f"{second}/{name}" for name in self._listed(second)[1] if _KEY.fullmatch(name))

    def part_keys(self) -> Iterator[str]:
        """Every part of an upload."""
        yield from (f"{PARTS}/{name}" for name in self._listed(PARTS)[1])

    def age(self, key: str) -> timedelta:
        """Since it was stored, or stored again."""
        return datetime.now(UTC) - self._files.get_modified_time(key)

    def ping(self) -> None:
        """Raises what the storage raises when it cannot be asked for a file."""
        self._files.exists(key_of("0" * 64))

    def _local(self, key: str) -> Path | None:
        return Path(self._files.path(key)) if isinstance(self._files, FileSystemStorage) else None

    def _is_old(self, key: str) -> bool:
        """Then it is stored again: it might be about to be swept, as nobody's."""
        return self.age(key) > timedelta(hours=1)

    def _folders(self, folder: str, named: re.Pattern[str]) -> Iterator[str]:
        return (f"{folder}/{name}".lstrip("/") for name in self._listed(folder)[0] if named.fullmatch(name))

    def _listed(self, folder: str) -> tuple[list[str], list[str]]:
        """Folders and files; a folder that is not there has none."""
        try:
            folders, files = self._files.listdir(folder)
        except FileNotFoundError:
            return [], []
        return sorted(folders), sorted(files)

    def _incoming(self) -> Path:
        return self._local(INCOMING) or self._copies.folder / INCOMING

    @property
    def _copies(self) -> FileCache:
        if self._cache is None:
            self._cache = FileCache(Path(tempfile.mkdtemp(prefix="reconciliation-files-")))
        return self._cache

    def _fetched(self, key: str) -> Path:
        copy = self._copies.path(key)
        if copy is not None:
            return copy
        with self.new_file() as path:
            with self.open(key) as source, path.open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
            return self._copies.put(path, key)
