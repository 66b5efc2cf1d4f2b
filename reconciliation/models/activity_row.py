from django.db import models


class ActivityRow(models.Model):
    """What one person did in a project on one day, counted from the events alone (see reconciliation/projections.py).

    The person is a user's name; an empty one is the platform itself, as in automatic runs. Days are those of UTC.
    """

    generation = models.PositiveIntegerField()
    project_id = models.BigIntegerField()
    day = models.DateField()
    person = models.CharField(max_length=200)
    files = models.PositiveIntegerField(default=0)
    runs = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    undone = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "project_id", "day", "person"], name="one_row_per_person_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person or 'the platform'} on {self.day}"
