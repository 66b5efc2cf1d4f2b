import io
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage

from reconciliation.file_cache import FileCache
from reconciliation.storage import FileMissingError, Storage, key_of


class BrokenStream:
    """A connection that breaks after the first block."""

    def __init__(self) -> None:
        self._blocks = [b"first block"]

    def read(self, size: int, /) -> bytes:
        if not self._blocks:
            raise ConnectionResetError(size)
        return self._blocks.pop()


@pytest.fixture(params=["disk", "remote"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """On a disk, and where files have no path."""
    if request.param == "disk":
        return Storage(FileSystemStorage(tmp_path / "files"))
    return Storage(InMemoryStorage(), cache=FileCache(tmp_path / "cache"))


class TestStorage:
    def test_names_a_file_by_its_bytes(self, store: Storage) -> None:
        """The same bytes are one file, whoever brings them."""
        first, second = store.put(io.BytesIO(b"abc")), store.put(io.BytesIO(b"abc"))

        assert first == second
        assert first.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert 3 == first.size == store.size(first.key)

    def test_gives_back_what_was_put(self, store: Storage) -> None:
        """As a stream and as a local path."""
        stored = store.put(io.BytesIO(b"abc"))

        with store.open(stored.key) as stream:
            assert stream.read() == b"abc"
        assert b"abc" == store.path(stored.key).read_bytes() == store.path(stored.key).read_bytes()

    def test_stores_a_broken_upload_not_at_all(self, tmp_path: Path) -> None:
        """Nothing stays behind when the stream ends with an error."""
        store = Storage(FileSystemStorage(tmp_path / "files"))
        with pytest.raises(ConnectionResetError):
            store.put(BrokenStream())

        assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []

    def test_says_that_a_file_is_missing(self, store: Storage) -> None:
        """A file that was never put, or was deleted, is a clear error each way."""
        stored = store.put(io.BytesIO(b"abc"))
        store.delete(stored.key)

        for ask in (store.size, store.open, store.path):
            with pytest.raises(FileMissingError, match="Upload the file again"):
                ask(stored.key)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_a_key_is_made_of_a_hash_only(name: str) -> None:
    """Whatever else somebody sends names no file."""
    with pytest.raises(FileMissingError):
        key_of(name)
