from django.db import models


class RuleSetVersion(models.Model):
    """One published version of a rule set. It never changes, so that a run can be repeated with what it ran with."""

    project_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    document = models.JSONField()
    note = models.TextField(blank=True)
    published_by = models.BigIntegerField(null=True)
    published_by_name = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "name", "version"], name="rule_set_version_once_per_project")
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"
