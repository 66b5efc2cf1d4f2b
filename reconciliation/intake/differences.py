"""What two mappings decide otherwise, in words."""

from dataclasses import dataclass

from reconciliation.formats import Mapping
from reconciliation.intake.reuse import choice_of

_DECISIONS = (
    "format", "encoding", "delimiter", "quote", "sheet", "header_line", "decimal_mark", "thousands_mark", "date_order",
    "currency", "sign", "pending", "transformations",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A decision by its key, `fields.amount` for that of a field; a side is empty that does not decide it."""

    decision: str
    before: str
    after: str


def differences(before: Mapping, after: Mapping) -> tuple[Difference, ...]:
    fields = sorted({*before.fields, *after.fields})
    found = []
    for decision in (*_DECISIONS, *(f"fields.{name}" for name in fields)):
        was, now = choice_of(before, decision), choice_of(after, decision)
        if was != now:
            found.append(Difference(decision=decision, before=was, after=now))
    return tuple(found)
