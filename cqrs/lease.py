"""What a long worker holds while it works."""

from contextlib import AbstractContextManager
from typing import Protocol


class Lease(Protocol):
    """The right to work on one delivery, for about a minute at a time."""

    def heartbeat(self) -> None:
        """Prolong it; call between chunks. Raises LeaseLostError when another worker owns the delivery now."""

    def acknowledging(self) -> AbstractContextManager[None]:
        """One transaction for the last effects, what they publish, and the acknowledgement: all or nothing."""
