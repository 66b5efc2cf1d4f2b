"""The conversation with ClamAV's daemon, against one that speaks its protocol."""

import socket
from pathlib import Path

import pytest

from reconciliation.receiving import ScannerAwayError
from reconciliation.receiving.clamd import CHUNK, Clamd
from tests.reconciliation.receiving.scanners import VIRUS, fake_clamd


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bank.csv"


class TestClamd:
    def test_sends_the_whole_file(self, file: Path) -> None:
        """In chunks, however large it is; a clean one has no finding."""
        file.write_bytes(b"clean" * CHUNK)

        with fake_clamd() as daemon:
            assert Clamd(daemon.address)(file) is None

        assert daemon.scanned == [b"clean" * CHUNK]

    def test_names_what_was_found(self, file: Path) -> None:
        """Also at the very end of the file."""
        file.write_bytes(b"." * CHUNK + VIRUS)

        with fake_clamd() as daemon:
            assert Clamd(daemon.address)(file) == "Test.Virus"

    def test_takes_nothing_else_for_a_clean_bill(self, file: Path) -> None:
        """A daemon that gave up because of the size has not said that the file is clean."""
        file.write_bytes(b"large")

        with (
            fake_clamd(b"INSTREAM size limit exceeded. ERROR\0") as daemon,
            pytest.raises(ScannerAwayError, match="size limit exceeded"),
        ):
            Clamd(daemon.address)(file)

    def test_says_that_it_is_away(self, file: Path) -> None:
        """Nobody listens at the address."""
        file.write_bytes(b"any")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

        with pytest.raises(ScannerAwayError, match=address):
            Clamd(address)(file)
