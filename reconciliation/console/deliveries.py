"""A command does the worker's part itself, and waits where another worker was quicker to take it."""

import time
from collections.abc import Callable

from cqrs.deliveries import drain

PAUSE = 0.2
MOST_FAILURES = 3


def deliver_until(finished: Callable[[], bool]) -> None:
    """Deliver what is due, in this process, until `finished`; a worker that runs as well may do a part of it.

    What fails is tried again when it is due again; an error that keeps coming back ends the command.
    """
    failures: list[Exception] = []
    while True:
        failures.extend(drain().errors)
        if finished():
            return
        if len(failures) >= MOST_FAILURES:
            raise failures[-1]
        time.sleep(PAUSE)
