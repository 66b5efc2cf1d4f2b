"""Folders anywhere that fsspec reaches, of which only those below the operator's roots may be read."""

import posixpath
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import fsspec

from cqrs import DomainError

DONE = "done"
LOCAL = "file"
# What fsspec, shells or object stores read something into.
_FORBIDDEN = ("\\", "%", "?", "#", "*", "[", "]", "::", "~")


class FolderRefusedError(DomainError):
    """Files may be picked up only from the folders that whoever runs this installation allows (PICK_UP_ROOTS)."""


class FolderAwayError(DomainError):
    """The folder cannot be read now."""


@dataclass(frozen=True)
class FoundFile:
    """`stamp` changes when the file is written again: its time, and the storage's mark of its content."""

    name: str
    size: int
    stamp: str


class Folders:
    """`roots` are URLs such as file:///srv/inbox/{project_id}; `{project_id}` keeps each project to its own folder.

    Credentials are the operator's, in fsspec's own configuration, and never in a URL.
    """

    def __init__(self, roots: Sequence[str]) -> None:
        self._roots = tuple(roots)

    def refuse_outside(self, url: str, project_id: int) -> None:
        """Raises `FolderRefusedError` for every URL but one below a root."""
        self._below_a_root(url, project_id)

    def files(self, url: str, pattern: str, project_id: int) -> list[FoundFile]:
        """The folder's own files whose names fit, by name; hidden ones and folders within are no files."""
        with self._opened(url, project_id) as (files, path):
            rows = files.ls(path, detail=True)
            found = [_found(row) for row in rows if row["type"] == "file"]
            fitting = [each for each in found if not each.name.startswith(".") and fnmatchcase(each.name, pattern)]
            return sorted(
                (each for each in fitting if self._is_inside(url, each.name, project_id)), key=lambda each: each.name
            )

    def file(self, url: str, name: str, project_id: int) -> FoundFile:
        with self._opened(url, project_id) as (files, path):
            return _found(files.info(posixpath.join(path, _plain(name))))

    @contextmanager
    def reading(self, url: str, name: str, project_id: int) -> Iterator[BinaryIO]:
        with (
            self._opened(url, project_id) as (files, path),
            files.open(posixpath.join(path, _plain(name)), "rb") as stream,
        ):
            yield cast("BinaryIO", stream)

    def put_away(self, url: str, name: str, mark: str, project_id: int) -> None:
        """Move the file into the folder `done` beside it; under a name with `mark` where one of its name is there."""
        with self._opened(url, project_id) as (files, path):
            folder = posixpath.join(path, DONE)
            files.makedirs(folder, exist_ok=True)
            target = posixpath.join(folder, _plain(name))
            files.mv(posixpath.join(path, name), f"{target}.{mark}" if files.exists(target) else target)

    @contextmanager
    def _opened(self, url: str, project_id: int) -> Iterator[tuple[Any, str]]:
        self._below_a_root(url, project_id)
        try:
            files, path = fsspec.core.url_to_fs(url, skip_instance_cache=True)
            files.invalidate_cache()
            yield files, path
        except DomainError:
            raise
        except Exception as error:  # each of fsspec's file systems has errors of its own
            raise FolderAwayError(f"{url}: {type(error).__name__}: {error}") from error

    def _below_a_root(self, url: str, project_id: int) -> str:
        """The root that the URL lies below."""
        parts = urlsplit(url)
        steps = parts.path.split("/")
        if any(mark in url for mark in _FORBIDDEN) or {".", ".."} & set(steps) or not url.isprintable():
            raise FolderRefusedError(f"{url}: write the folder's plain URL, without .., wildcards or a password.")
        for root in self._roots:
            allowed = root.replace("{project_id}", str(project_id)).rstrip("/")
            if url.rstrip("/") == allowed or url.startswith(f"{allowed}/"):
                if parts.scheme == LOCAL and not _is_below(Path(parts.path), Path(urlsplit(allowed).path)):
                    continue
                return allowed
        raise FolderRefusedError(f"{url} is below none of them.")

    def _is_inside(self, url: str, name: str, project_id: int) -> bool:
        """Not a link on the server's disk that leads out of the root."""
        parts = urlsplit(url)
        root = self._below_a_root(url, project_id)
        return parts.scheme != LOCAL or _is_below(Path(parts.path) / name, Path(urlsplit(root).path))


def _is_below(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _plain(name: str) -> str:
    if "/" in name or name in {"", ".", ".."}:
        raise FolderRefusedError(f"{name!r} is no file of the folder.")
    return name


def _found(row: dict[str, Any]) -> FoundFile:
    marks = (row.get(key) for key in ("ETag", "etag", "mtime", "LastModified", "last_modified", "created"))
    stamp = " ".join(str(mark) for mark in marks if mark)
    return FoundFile(name=posixpath.basename(row["name"]), size=int(row["size"] or 0), stamp=stamp[:200])
