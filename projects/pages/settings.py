"""A project's settings: its name, putting it away, removing it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.commands.archive_project import ArchiveProject
from projects.commands.delete_project import DeleteProject
from projects.commands.restore_project import RestoreProject
from projects.commands.update_project import UpdateProject
from projects.ids import ProjectId
from projects.pages.base import attempt, frame, page
from projects.pages.forms import ProjectForm
from projects.queries.get_project import GetProject


@page
def edit_project(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    project = query_bus.ask(GetProject(project_id=project_id))
    form = ProjectForm(request.POST or None, initial={"name": project.name, "description": project.description})
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isdecimal() else None
        form.dispatch(UpdateProject(project_id=project_id, expected_version=version, **form.cleaned_data))
        if form.is_valid():
            messages.success(request, "The project is saved.")
            return redirect("project-settings", project_id)
    return render(request, "projects/settings.html", {**frame(project_id, "settings"), "form": form})


@require_POST
@page
def archive_project(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    command = ArchiveProject(project_id=project_id, reason=request.POST.get("reason", ""))
    attempt(request, command, "The project is archived. It can be read, and restored.")
    return redirect("project-settings", project_id)


@require_POST
@page
def restore_project(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    attempt(request, RestoreProject(project_id=project_id), "The project is back among the others.")
    return redirect("project-settings", project_id)


@require_POST
@page
def delete_project(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    project = query_bus.ask(GetProject(project_id=project_id))
    if request.POST.get("name", "").strip() != project.name:
        messages.error(request, "Type the project's name exactly as it is to delete it.")
        return redirect("project-settings", project_id)
    attempt(request, DeleteProject(project_id=project_id), f"The project “{project.name}” is deleted.")
    return redirect("projects")
