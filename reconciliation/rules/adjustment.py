"""What a pass may book so that a group balances."""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec


class AllowedAdjustment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A difference up to a limit becomes a typed line; with both limits the smaller one counts."""

    kind: Annotated[Literal["fee", "rounding", "write_off", "fx"], msgspec.Meta(title="Kind")] = "fee"
    max: Annotated[Decimal | None, msgspec.Meta(title="At most", description="In the group's currency")] = None
    max_percent: Annotated[
        Decimal | None, msgspec.Meta(title="At most per cent", description="Of the larger of both sides")
    ] = None

    def problems(self) -> list[tuple[str, str]]:
        """Pairs of field and message."""
        found = [
            (name, "must be a number of zero or more")
            for name, value in (("max", self.max), ("max_percent", self.max_percent))
            if value is not None and (not value.is_finite() or value < 0)
        ]
        if self.max is None and self.max_percent is None:
            found.append(("max", "give a limit: max, max_percent or both"))
        return found

    def in_words(self) -> str:
        limits = [f"{self.max}"] if self.max is not None else []
        limits += [f"{self.max_percent} %"] if self.max_percent is not None else []
        return f"A difference up to {' and '.join(limits)} is booked as {self.kind.replace('_', '-')}."
