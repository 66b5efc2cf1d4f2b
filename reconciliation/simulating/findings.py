"""What a simulation answers, as it is kept; amounts and shares are decimals as text."""

from datetime import datetime
from typing import Literal

import msgspec

# What became of a group that people made: found as it is, its records put elsewhere, or not found.
# What became of one that people refused: avoided, or proposed again.
Fate = Literal["confirmed", "suggested", "elsewhere", "open", "avoided"]
Turn = Literal["won", "lost", "changed"]


class PassFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one pass finds in one currency among the open items; sums are those of each side."""

    pass_name: str
    currency: str
    confirmed: int
    suggested: int
    left_amount: str
    right_amount: str


class FoundGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One of the groups that a run would make."""

    pass_name: str
    status: str
    score: str
    currency: str
    difference: str
    left: tuple[int, ...]
    right: tuple[int, ...]
    reasons: tuple[str, ...]


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """What stands as suggested today, against what a run would make of the same records."""

    standing: int = 0
    confirmed: int = 0
    again: int = 0
    gone: int = 0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that the new rules treat otherwise than the newest published ones."""

    turn: Turn
    decision: str
    left: tuple[int, ...]
    right: tuple[int, ...]
    before: Fate
    after: Fate
    decided_by: str
    decided_at: datetime
    reason: str


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """How rules do against what people decided; a share is null where there is nothing to share."""

    precision: str | None
    recall: str | None
    found: int
    proposed_again: int


class BackTest(msgspec.Struct, frozen=True, kw_only=True):
    """`made` and `refused` count the decisions that stand; `changes` lists the first of them, the counts are of all."""

    made: int
    refused: int
    won: int
    lost: int
    changed: int
    after: Measures
    before: Measures | None
    changes: tuple[Change, ...]


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    passes: tuple[PassFigures, ...] = ()
    samples: tuple[FoundGroup, ...] = ()
    suggestions: Suggestions = Suggestions()
    back_test: BackTest | None = None
    compared_with: str = ""
    notes: tuple[str, ...] = ()
