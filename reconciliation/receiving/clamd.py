"""ClamAV's daemon as the virus scanner (VIRUS_SCANNER=reconciliation.receiving.clamd.scanner, CLAMD_ADDRESS)."""

import socket
import struct
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from reconciliation.receiving.scanner import Scanner, ScannerAwayError

SECONDS = 30
CHUNK = 2**18
LONGEST_REPLY = 4096
DEFAULT_PORT = 3310


class Clamd:
    """Sends the file's bytes by INSTREAM, so that the daemon needs no access to our disk."""

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        """`address` is tcp://host:port or unix:///path/of/its/socket."""
        self._address = urlsplit(address)
        self._seconds = seconds

    def __call__(self, path: Path) -> str | None:
        try:
            with closing(self._connected()) as connection, path.open("rb") as file:
                connection.sendall(b"zINSTREAM\0")
                while chunk := file.read(CHUNK):
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
                return _verdict(_reply(connection))
        except OSError as error:
            raise ScannerAwayError(f"{self._address.geturl()}: {error}.") from error

    def _connected(self) -> socket.socket:
        if self._address.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(self._seconds)
            connection.connect(self._address.path)
            return connection
        place = (self._address.hostname or "127.0.0.1", self._address.port or DEFAULT_PORT)
        return socket.create_connection(place, self._seconds)


def _reply(connection: socket.socket) -> str:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < LONGEST_REPLY:
        if not (more := connection.recv(LONGEST_REPLY)):
            break
        reply += more
    return reply.rstrip(b"\0").decode("utf-8", "replace").strip()


def _verdict(reply: str) -> str | None:
    """`stream: OK`, `stream: Name FOUND`; anything else (such as a size limit of the daemon's) is no clean bill."""
    said = reply.removeprefix("stream: ")
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise ScannerAwayError(f"It said: {said or 'nothing'}.")


def scanner() -> Scanner:
    return Clamd(settings.CLAMD_ADDRESS)
