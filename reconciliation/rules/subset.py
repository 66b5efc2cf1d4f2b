"""A group whose lines share no key: found by their sum alone."""

from typing import Annotated

import msgspec

_MOST_PARTS, _MOST_CANDIDATES = 12, 40


class SubsetSum(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines of the side with many that add up to exactly one line of the other, if only one set of them does."""

    max_parts: Annotated[
        int, msgspec.Meta(title="At most parts", description="Lines in a group", ge=2, le=_MOST_PARTS)
    ] = 6
    max_candidates: Annotated[
        int,
        msgspec.Meta(
            title="At most candidates",
            description="A line with more lines to choose from is left open, and that is said",
            ge=2,
            le=_MOST_CANDIDATES,
        ),
    ] = 30

    def in_words(self) -> str:
        return (
            f"Up to {self.max_parts} lines, out of at most {self.max_candidates}, whose sum is exact; "
            "only where no other set of them has it."
        )
