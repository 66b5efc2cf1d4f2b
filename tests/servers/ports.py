"""Free ports, and waiting until a server listens on one."""

import secrets
import socket
import time


def free_port() -> int:
    """A free port below the ephemeral range, so that no outgoing connection takes it before the server does."""
    for _ in range(200):
        port = 15000 + secrets.randbelow(17000)
        with socket.socket() as candidate:
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = "No free port between 15000 and 32000 on 127.0.0.1."
    raise RuntimeError(message)


def wait_until_listening(port: int, *, seconds: float = 30) -> None:
    """Return once something accepts connections on the port; TimeoutError after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                message = f"Nothing listens on port {port} after {seconds} seconds."
                raise TimeoutError(message) from None
            time.sleep(0.05)
        else:
            return
