"""A run's results into the bulk tables, where nobody sees them yet."""

from collections.abc import Callable
from functools import partial

from reconciliation.models import Adjustment, MatchGroup, MatchLeg
from reconciliation.models.bulk import load
from reconciliation.models.run_claim import RunClaim
from reconciliation.runs.results import Results, adjustment_rows, group_rows, leg_rows


def stage(claim: RunClaim, results: Results, on_share: Callable[[float], None]) -> None:
    """Each chunk is written only while the run is ours: a worker that was given up for dead adds nothing."""
    written = 0
    for model, rows_of in ((MatchGroup, group_rows), (MatchLeg, leg_rows), (Adjustment, adjustment_rows)):
        rows = rows_of(results, claim.run)
        load(model, rows, between=partial(_share, on_share, written, results.size), guard=_guard(claim))
        written += rows.num_rows


def _share(on_share: Callable[[float], None], before: int, size: int, done: int) -> None:
    on_share((before + done) / size)


def _guard(claim: RunClaim) -> Callable[[int], None]:
    return lambda _done: claim.update(staged=True)
