from django.db import models


class QualityRules(models.Model):
    """What a project demands of its files, beside what is checked of every file."""

    project_id = models.BigIntegerField(primary_key=True)
    document = models.JSONField()
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "quality rules"

    def __str__(self) -> str:
        return f"Quality rules of project {self.project_id}"
