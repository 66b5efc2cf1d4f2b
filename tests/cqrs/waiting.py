"""For what another thread or process does in its own time."""

from collections.abc import Callable
from time import monotonic, sleep


def eventually(what: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether it became true in time."""
    end = monotonic() + seconds
    while not (found := what()) and monotonic() < end:
        sleep(0.05)
    return found
