"""What the library keeps."""

from django.db import models


class ReaderLoans(models.Model):
    """How many books a reader has had and has now: computed from the events alone."""

    generation = models.PositiveIntegerField()
    reader = models.CharField(max_length=50)
    borrowed = models.PositiveIntegerField(default=0)
    out = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "reader"], name="library_one_row_per_reader")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.out} of {self.borrowed}"


class Letter(models.Model):
    """What was written to a reader."""

    reader = models.CharField(max_length=50)
    text = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.reader}: {self.text}"
