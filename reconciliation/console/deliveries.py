"""A command does the worker's part itself, and waits where another worker was quicker to take it."""

import time
from collections.abc import Callable

from cqrs.deliveries import drain

PAUSE = 0.2


def deliver_until(finished: Callable[[], bool]) -> None:
    """Deliver what is due, in this process, until `finished`; a worker that runs as well may do a part of it."""
    drain()
    while not finished():
        time.sleep(PAUSE)
        drain()
