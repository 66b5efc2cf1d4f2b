from django.db import models

from reconciliation.models.pick_up import PickUp


class PickedStatus(models.TextChoices):
    """`settling`: may still be written. `waiting`: proposed, a person has to look. `known`: nothing new in it."""

    SETTLING = "settling"
    QUEUED = "queued"
    IMPORTED = "imported"
    WAITING = "waiting"
    KNOWN = "known"
    REFUSED = "refused"


class PickedFile(models.Model):
    """One file of a folder as it was last seen; what has the same size and stamp is not looked at again."""

    pick_up = models.ForeignKey(PickUp, models.CASCADE, related_name="files")
    name = models.CharField(max_length=500)
    size = models.BigIntegerField()
    # When it was written, or the storage's mark of its content.
    stamp = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=PickedStatus)
    import_id = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pick_up", "name"], name="file_once_per_pick_up")]

    def __str__(self) -> str:
        return self.name
