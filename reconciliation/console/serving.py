"""Serves the web admin and the API with gunicorn: one process with threads, and a worker thread for the deliveries."""

import os
import socket
import sys
from typing import NoReturn

from reconciliation.console.command import RefusedError

PORTS = range(1, 2**16)


def reserved(host: str, port: int) -> socket.socket:
    """Take the address before any work is done; whoever connects meanwhile waits until the server answers."""
    if port not in PORTS:
        raise RefusedError(f"Port {port} does not exist. Choose one from 1 to 65535: make run PORT=8001")
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise RefusedError(
            f"Port {port} of {host} cannot be used: {error.strerror}. Stop what uses it, or choose another: "
            f"make run PORT={port + 1 if port + 1 in PORTS else 8001}"
        ) from error
    return listening


def serve(listening: socket.socket) -> NoReturn:
    """Become the server: a fresh process image, so that nothing of the set-up, above all no thread, is carried over."""
    listening.set_inheritable(True)
    settings = "python:reconciliation.console.server"
    address = f"fd://{listening.fileno()}"
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", settings, "--bind", address, "config.wsgi:application"]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, gunicorn)  # noqa: S606 - our own interpreter, no shell
