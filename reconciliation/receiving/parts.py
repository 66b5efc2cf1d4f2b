"""A file that arrives in parts: each is stored when it is there, all of them are read as one."""

from collections.abc import Sequence
from contextlib import closing
from hashlib import new
from secrets import token_hex
from typing import BinaryIO

from reconciliation.receiving.gate import Gate
from reconciliation.storage import BLOCK, PARTS, Readable, Storage

CHECKSUMS = ("sha256", "sha1", "md5")


class ChecksumMismatchError(ValueError):
    """The part arrived damaged; nothing of it is kept."""


def store_part(
    stream: Readable,
    *,
    most: int,
    checksum: tuple[str, bytes] | None,
    first_of: str | None,
    gate: Gate,
    storage: Storage,
) -> tuple[str, int]:
    """Its key and its size: what came before the connection broke, unless a checksum says that it is less than all.

    `first_of` is the file's name if the part is its beginning, whose kind is looked at before anything is kept.
    """
    with storage.new_file() as path:
        size, digest = 0, new(checksum[0], usedforsecurity=False) if checksum else None
        with path.open("wb") as target:
            while size < most and (block := _read(stream, min(BLOCK, most - size))):
                size += len(block)
                target.write(block)
                if digest:
                    digest.update(block)
        if digest and checksum and digest.digest() != checksum[1]:
            raise ChecksumMismatchError(checksum[0])
        if not size:
            return "", 0
        if first_of is not None:
            gate.refuse_kind(path, first_of)
        key = f"{PARTS}/{token_hex(16)}"
        storage.save_as(path, key)
        return key, size


def _read(stream: Readable, size: int) -> bytes:
    try:
        return stream.read(size)
    except OSError:  # the connection broke: what came before it counts, and the sender asks how much that is
        return b""


class JoinedParts:
    """The parts one behind the other, read as one stream."""

    def __init__(self, storage: Storage, keys: Sequence[str]) -> None:
        self._storage = storage
        self._keys = list(keys)
        self._open: BinaryIO | None = None

    def read(self, size: int, /) -> bytes:
        while True:
            if self._open is None:
                if not self._keys:
                    return b""
                self._open = self._storage.open(self._keys.pop(0))
            if block := self._open.read(size):
                return block
            with closing(self._open):
                self._open = None
