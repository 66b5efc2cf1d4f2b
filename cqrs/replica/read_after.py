"""What an asker has to see: all that the primary had written up to a position of its log."""

import re
from dataclasses import dataclass

NEWER_THAN_ANY_REPLICA = 2**63 - 1
_TEXT = re.compile(r"[0-9A-F]{1,16}")


@dataclass(slots=True)
class ReadAfter:
    """Shared by all contexts of a conversation. Whoever cannot say what it has seen has seen everything (`unknown`)."""

    position: int = 0
    unknown: bool = True

    def take(self, text: str) -> None:
        """From a caller who knows; anything but a position of ours is as good as none."""
        self.position = int(text, 16) if _TEXT.fullmatch(text) else 0
        self.unknown = False

    def text(self) -> str:
        return f"{self.position:X}"
