"""A run's results into the bulk tables, where nobody sees them yet."""

from collections.abc import Callable

import pyarrow as pa
from django.db import models, transaction

from cqrs import Lease
from reconciliation.models import Adjustment, MatchGroup, MatchLeg, Run, bulk
from reconciliation.runs.results import Results, adjustment_rows, group_rows, leg_rows

ROWS_AT_ONCE = 100_000


def stage(run: Run, results: Results, lease: Lease, on_share: Callable[[float], None]) -> None:
    """Each chunk is written only while the lease is ours: a worker that was given up for dead adds nothing."""
    first_group_id = run.first_group_id or 0
    tables: tuple[tuple[type[models.Model], pa.Table], ...] = (
        (MatchGroup, group_rows(results, run, first_group_id)),
        (MatchLeg, leg_rows(results, run, first_group_id)),
        (Adjustment, adjustment_rows(results, run, first_group_id)),
    )
    written = 0
    for model, table in tables:
        for start in range(0, table.num_rows, ROWS_AT_ONCE):
            chunk = table.slice(start, ROWS_AT_ONCE)
            with transaction.atomic():
                lease.heartbeat()
                bulk.load(model, chunk)
            written += chunk.num_rows
            on_share(written / results.size)
