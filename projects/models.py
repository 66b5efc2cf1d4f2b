"""What is stored about projects. Other apps hold ids and string foreign keys, never these classes."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from projects.ids import Role


class Project(models.Model):
    """One reconciliation that people work on."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned_projects")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="project_name_per_owner"),
            models.CheckConstraint(condition=~Q(name=""), name="project_has_a_name"),
            models.CheckConstraint(condition=Q(version__gte=1), name="project_version_from_one"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role in one project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="one_membership_per_person"),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="membership_has_a_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.project}"


class ProjectFigures(models.Model):
    """What reconciliation last reported about a project; the newest report replaces the one before."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True, related_name="figures")
    match_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    records = models.PositiveBigIntegerField()
    confirmed_records = models.PositiveBigIntegerField()
    suggested_records = models.PositiveBigIntegerField()
    open_items = models.PositiveBigIntegerField()
    # {"EUR": "12.50"}: JSON text, because SQLite would keep a decimal column as floating point.
    open_amounts = models.JSONField(default=dict)
    last_run_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "project figures"
        constraints = [
            models.CheckConstraint(
                condition=Q(match_rate__isnull=True) | Q(match_rate__gte=0, match_rate__lte=1),
                name="match_rate_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"Figures of {self.project}"
