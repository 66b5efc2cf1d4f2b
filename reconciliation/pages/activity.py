"""Who did what in a project, as a picture and as a table."""

from collections import defaultdict
from collections.abc import Sequence

from reconciliation.queries.list_activity import ActivityOfDay

DAYS = 30
PLATFORM = "The platform"
KINDS = (
    ("files", "Files", "left-fill"),
    ("runs", "Runs", "neutral-fill"),
    ("confirmed", "Confirmed", "ok-fill"),
    ("rejected", "Rejected", "bad-fill"),
    ("matched", "Matched by hand", "accent-fill"),
    ("undone", "Undone", "warn-fill"),
)


def chart(rows: Sequence[ActivityOfDay]) -> dict[str, object]:
    """One bar for each person, the busiest first; the platform itself last."""
    work: dict[str | None, list[ActivityOfDay]] = defaultdict(list)
    for row in rows:
        work[row.person].append(row)
    sums = {
        person: {kind: sum(getattr(row, kind) for row in own) for kind, *_ in KINDS} for person, own in work.items()
    }
    people = sorted(sums, key=lambda person: (person is None, -sum(sums[person].values()), person or ""))
    series = []
    for kind, label, colour in KINDS:
        values = [sums[person][kind] for person in people]
        if any(values):
            shown = [f"{value:,}" for value in values]
            series.append({"label": label, "values": values, "shown": shown, "colours": [colour]})
    return {"kind": "bar", "labels": [person or PLATFORM for person in people], "series": series}
