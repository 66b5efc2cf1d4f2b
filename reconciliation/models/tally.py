from django.db import models


class Tally(models.Model):
    """By how much something moved the number of a source's records in one state, and what they amount to.

    Rows are only added, so that nobody waits for anybody; their sum is the standing. A run's publication replaces them
    by few. Amounts are whole numbers at `scale`, in two halves of 32 bits whose sums stay within SQLite's 64 bits;
    `gross` is regardless of sign.
    """

    class State(models.TextChoices):
        """Open is what remains of the total."""

        TOTAL = "total"
        CONFIRMED = "confirmed"
        SUGGESTED = "suggested"

    project_id = models.BigIntegerField(db_index=True)
    source_id = models.BigIntegerField()
    currency = models.TextField()
    scale = models.SmallIntegerField()
    state = models.CharField(max_length=9, choices=State)
    count = models.BigIntegerField()
    amount_upper = models.BigIntegerField()
    amount_lower = models.BigIntegerField()
    gross_upper = models.BigIntegerField()
    gross_lower = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.count:+} {self.state} of source {self.source_id}"
