"""Free ports, and waiting until a server listens on one."""

import errno
import secrets
import socket
import time


def free_port() -> int:
    """A free port below the ephemeral range, so that no outgoing connection takes it before the server does."""
    tried = (15000 + secrets.randbelow(17000) for _ in range(200))
    if port := next(filter(_is_free, tried), None):
        return port
    message = "No free port between 15000 and 32000 on 127.0.0.1."
    raise RuntimeError(message)


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    return True


def wait_until_listening(port: int, *, seconds: float = 30) -> None:
    """Return once something accepts connections on the port; TimeoutError after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:  # not yet; the last one is told
            if time.monotonic() > deadline:
                message = f"Nothing listens on port {port} after {seconds} seconds."
                raise TimeoutError(message) from error
            time.sleep(0.05)
        else:
            return
