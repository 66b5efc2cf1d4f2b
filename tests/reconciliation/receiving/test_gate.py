"""What may come in, and that nothing is kept of what may not."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from reconciliation.receiving import FileInfectedError, FileKindRefusedError, FileTooLargeError, Gate
from reconciliation.storage import Storage

LIST = b"Date;Amount;Currency\n2026-11-01;-3.00;EUR\n"


@pytest.fixture
def store(tmp_path: Path) -> Storage:
    return Storage(FileSystemStorage(tmp_path / "files"))


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.rglob("*") if path.is_file()]


class TestGate:
    def test_stores_a_file_that_may_come_in(self, store: Storage) -> None:
        """As large as may be: byte for byte."""
        stored = Gate(most_bytes=len(LIST)).admit(io.BytesIO(LIST), "bank.csv", store)

        with store.open(stored.key) as file:
            assert file.read() == LIST

    def test_stops_reading_a_file_that_is_too_large(self, store: Storage, tmp_path: Path) -> None:
        """The rest of the stream is not even asked for, and nothing stays."""
        stream = io.BytesIO(LIST * 100_000)

        with pytest.raises(FileTooLargeError, match=r"bank\.csv: more than 1 MB"):
            Gate(most_bytes=1_000_000).admit(stream, "bank.csv", store)
        assert stream.tell() < 2_200_000
        assert kept(tmp_path) == []

    @pytest.mark.parametrize(
        ("head", "what"), [(b"%PDF-1.7\n", "a PDF document"), (b"\x1f\x8b\x08", "a gzip archive"), (b"", "empty")]
    )
    def test_refuses_what_is_no_list(self, store: Storage, tmp_path: Path, head: bytes, what: str) -> None:
        """Told by its first bytes, whatever it is called; the error says what to do."""
        with pytest.raises(FileKindRefusedError, match=rf"bank\.csv: .*{what}.*\. (Export|Unpack)"):
            Gate(most_bytes=1000).admit(io.BytesIO(head), "bank.csv", store)
        assert kept(tmp_path) == []

    def test_keeps_nothing_of_an_infected_file(self, store: Storage, tmp_path: Path) -> None:
        """The scanner sees the whole file before the storage does."""

        def scanner(path: Path) -> str | None:
            return f"Test.Virus in {path.stat().st_size} bytes"

        with pytest.raises(FileInfectedError, match=rf"bank\.csv: Test\.Virus in {len(LIST)} bytes"):
            Gate(most_bytes=1000, scanner=scanner).admit(io.BytesIO(LIST), "bank.csv", store)
        assert kept(tmp_path) == []
