from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import models

from reconciliation.formats import RejectedLine
from reconciliation.models.bulk import nothing
from reconciliation.models.imports import Import

ROWS_PER_INSERT = 5_000


class RejectedLineRow(models.Model):
    """A line that became no record, as it was written, and why."""

    of_import = models.ForeignKey(Import, models.CASCADE, db_column="import_id", related_name="rejected_lines")
    line = models.BigIntegerField()
    field = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    raw = models.TextField(blank=True)
    # What a repair starts from; none where the line is too long to be kept by its cells.
    cells = models.JSONField(default=list)
    row = models.BigIntegerField(default=0)
    span = models.PositiveIntegerField(default=1)
    # What the account of lines counts it with: a decimal number as text.
    amount = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    # The import of one line that made a record of it; the cells as the person wrote them are its original.
    repair = models.OneToOneField(Import, models.SET_NULL, null=True, related_name="repaired_line")

    class Meta:
        db_table = "reconciliation_rejectedline"
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"

    @classmethod
    def replace(
        cls, of_import: Import, lines: Iterable[RejectedLine], between: Callable[[int], None] = nothing
    ) -> None:
        """These lines instead of those that an earlier reading of the file rejected."""
        cls.objects.filter(of_import=of_import).delete()
        written = 0
        for chunk in _chunks(lines):
            RejectedLineRow.objects.bulk_create(
                RejectedLineRow(
                    of_import=of_import,
                    line=row.line,
                    field=row.field,
                    reason=row.reason,
                    raw=row.raw,
                    cells=list(row.cells),
                    row=row.row,
                    span=row.span,
                    amount="" if row.amount is None else f"{row.amount:f}",
                    currency=row.currency,
                )
                for row in chunk
            )
            written += len(chunk)
            between(written)


def _chunks(lines: Iterable[RejectedLine]) -> Iterator[tuple[RejectedLine, ...]]:
    """`itertools.batched`, which Python 3.11 lacks."""
    remaining = iter(lines)
    while chunk := tuple(islice(remaining, ROWS_PER_INSERT)):
        yield chunk
