"""The operator's view of projects: read only, since commands own these rows; actions dispatch commands."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from cqrs import DomainError, command_bus
from projects.commands.archive_project import ArchiveProject
from projects.commands.restore_project import RestoreProject
from projects.ids import ProjectId
from projects.models import Membership, Project, ProjectFigures


class ReadOnly:
    """Rows that commands own are looked at here, not edited."""

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


class MembershipInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    model = Membership
    extra = 0


class ProjectFiguresInline(ReadOnly, admin.StackedInline):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    model = ProjectFigures


@admin.register(Project)
class ProjectAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    list_display = ["name", "owner", "created_at", "updated_at", "archived_at", "version"]
    list_filter = ["archived_at"]
    search_fields = ["name", "description", "owner__username"]
    list_select_related = ["owner"]
    inlines = [MembershipInline, ProjectFiguresInline]
    actions = ["archive", "restore"]

    @admin.action(description="Archive the chosen projects")
    def archive(self, request: HttpRequest, chosen: "QuerySet[Project]") -> None:
        self._dispatch(request, [ArchiveProject(project_id=ProjectId(project.pk)) for project in chosen])

    @admin.action(description="Restore the chosen projects")
    def restore(self, request: HttpRequest, chosen: "QuerySet[Project]") -> None:
        self._dispatch(request, [RestoreProject(project_id=ProjectId(project.pk)) for project in chosen])

    def _dispatch(self, request: HttpRequest, commands: list[Any]) -> None:
        """Each on its own: one that is refused, say for want of a role, does not hold up the others."""
        done = 0
        for command in commands:
            try:
                command_bus.dispatch(command)
            except DomainError as refusal:
                self.message_user(request, f"Project {command.project_id}: {refusal}", messages.ERROR)
            else:
                done += 1
        if done:
            self.message_user(request, f"{done} done.", messages.SUCCESS)
