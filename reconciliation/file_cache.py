"""Local copies of remote files, for readers that need a path: the least used go when there is no more room."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

# Whoever has been given a path may still be about to open it.
SECONDS_OF_GRACE = 3600


@dataclass(frozen=True)
class FileCache:
    """`most_bytes` may be exceeded by what was used within the last hour."""

    folder: Path
    most_bytes: int = 20 * 10**9

    def path(self, key: str) -> Path | None:
        copy = self.folder / key
        try:
            os.utime(copy)
        except FileNotFoundError:
            return None
        return copy

    def put(self, path: Path, key: str) -> Path:
        """Move a finished file of the same disk in."""
        copy = self.folder / key
        copy.parent.mkdir(parents=True, exist_ok=True)
        path.replace(copy)
        os.utime(copy)
        self._make_room()
        return copy

    def forget(self, key: str) -> None:
        (self.folder / key).unlink(missing_ok=True)

    def _make_room(self) -> None:
        copies = [(found.stat(), found) for found in self.folder.rglob("*") if found.is_file()]
        excess = sum(stat.st_size for stat, _ in copies) - self.most_bytes
        used_before = time.time() - SECONDS_OF_GRACE
        for stat, copy in sorted(copies, key=lambda pair: pair[0].st_mtime):
            if excess <= 0 or stat.st_mtime > used_before:
                return
            copy.unlink(missing_ok=True)
            excess -= stat.st_size
