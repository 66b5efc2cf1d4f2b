"""The list of projects, and opening one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cqrs import query_bus
from projects.commands.create_project import CreateProject
from projects.pages.base import page
from projects.pages.forms import ProjectForm
from projects.queries.list_projects import ListProjects


@page
def list_projects(request: HttpRequest) -> HttpResponse:
    search = request.GET.get("search", "").strip()
    archived = request.GET.get("archived") == "yes"
    found = query_bus.ask(ListProjects(search=search, archived=archived, after=request.GET.get("after")))
    context = {"projects": found, "search": search, "archived": archived}
    return render(request, "projects/list.html", context)


@page
def create_project(request: HttpRequest) -> HttpResponse:
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        project_id = form.dispatch(CreateProject(**form.cleaned_data))
        if project_id is not None:
            messages.success(request, "The project is open. Bring in the first two files.")
            return redirect("overview", project_id)
    return render(request, "projects/create.html", {"form": form})
