"""The lines of a text one after the other, however they end; no line may be longer than a reader can bear."""

import os
from collections.abc import Iterator
from pathlib import Path

from reconciliation.formats.errors import UnreadableFileError

LONGEST = 1 << 20


def lines_of(path: Path, encoding: str) -> Iterator[str]:
    """Without their ends. Raises `UnreadableFileError`."""
    with path.open(encoding=encoding, errors="replace") as stream:
        number = 0
        while line := stream.readline(LONGEST):
            number += 1
            if len(line) == LONGEST:
                raise too_long(path.name, number)
            yield line.removesuffix("\n")


def ends_whole(path: Path) -> bool:
    """Whether its last line has an end, as that of a whole text file has."""
    with path.open("rb") as stream:
        stream.seek(-min(4, path.stat().st_size), os.SEEK_END)
        return stream.read().rstrip(b"\0").endswith((b"\n", b"\r"))


def too_long(name: str, line: int) -> UnreadableFileError:
    return UnreadableFileError(name, "what stands here is longer than a megabyte. Export it again.", line=line)
