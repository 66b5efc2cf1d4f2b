"""A virus daemon that knows one virus, on loopback, and what it was sent."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

VIRUS = b"X5O!P%@AP-not-the-real-one"


class FakeClamd(socketserver.ThreadingTCPServer):
    """Speaks INSTREAM as clamd does: answers when the chunk of length zero has come."""

    daemon_threads = True

    def __init__(self, reply: bytes | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.reply = reply
        self.scanned: list[bytes] = []

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: FakeClamd

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.scanned.append(content)
        verdict = b"stream: Test.Virus FOUND\0" if VIRUS in content else b"stream: OK\0"
        self.wfile.write(self.server.reply or verdict)


@contextmanager
def fake_clamd(reply: bytes | None = None) -> Iterator[FakeClamd]:
    with FakeClamd(reply) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
