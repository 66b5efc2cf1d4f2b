"""When a pass confirms, suggests or leaves open."""

from typing import Annotated, Literal

import msgspec

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class Decide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Scores in per cent; a pair with a rival within the margin is never confirmed by the machine."""

    confirm_at: Annotated[
        Percent | None, msgspec.Meta(title="Confirm from", description="Score that confirms; none: only suggest")
    ] = 85
    suggest_at: Annotated[Percent, msgspec.Meta(title="Suggest from", description="Score that suggests")] = 50
    margin: Annotated[Percent, msgspec.Meta(title="Margin", description="Lead over the best other candidate")] = 5
    ambiguous: Annotated[
        Literal["suggest", "leave_open"], msgspec.Meta(title="Ambiguous", description="What becomes of close rivals")
    ] = "suggest"

    def in_words(self) -> str:
        rivals = "suggested" if self.ambiguous == "suggest" else "left open"
        suggested = f"suggested from {self.suggest_at} %; close rivals are {rivals}."
        if self.confirm_at is None:
            return f"Never confirmed by the machine, {suggested}"
        return f"Confirmed from {self.confirm_at} % with a lead of {self.margin} %, {suggested}"
