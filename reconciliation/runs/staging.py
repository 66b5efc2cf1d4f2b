"""A run's results into the bulk tables, where nobody sees them yet."""

from collections.abc import Callable

from reconciliation.models import Adjustment, MatchGroup, MatchLeg
from reconciliation.models.bulk import load_all
from reconciliation.models.run_claim import RunClaim
from reconciliation.runs.results import Results, adjustment_rows, group_rows, leg_rows


def stage(claim: RunClaim, results: Results, on_share: Callable[[float], None]) -> None:
    """Each chunk is written only while the run is ours: a worker that was given up for dead adds nothing."""
    parts = (
        (model, rows_of(results, claim.run))
        for model, rows_of in ((MatchGroup, group_rows), (MatchLeg, leg_rows), (Adjustment, adjustment_rows))
    )
    size = max(1, results.size)
    load_all(parts, between=lambda done: on_share(done / size), guard=lambda _done: claim.hold())
