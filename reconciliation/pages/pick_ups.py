"""Folders whose files are imported by themselves: what was seen in each, and what a person has to look at."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, frame, page
from reconciliation.commands.look_for_files import LookForFiles
from reconciliation.commands.set_pick_up import SetPickUp
from reconciliation.ids import SourceId
from reconciliation.pages.pick_up_form import PickUpForm
from reconciliation.queries.list_pick_ups import ListPickUps
from reconciliation.queries.list_picked_files import ListPickedFiles
from reconciliation.queries.list_sources import ListSources

NEWEST = 20


@page
def show_pick_ups(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "imports")
    sources = query_bus.ask(ListSources(project_id=project_id))
    form = PickUpForm(request.POST or None, sources=sources)
    if request.method == "POST" and form.is_valid():
        form.dispatch(SetPickUp(project_id=project_id, **form.cleaned_data))
        if form.is_valid():
            messages.success(request, "Saved.")
            return redirect("pick-ups", project_id)
    rows = query_bus.ask(ListPickUps(project_id=project_id))
    newest = [
        (row, query_bus.ask(ListPickedFiles(project_id=project_id, source_id=row.source_id, limit=NEWEST)))
        for row in rows
    ]
    return render(request, "reconciliation/pick_ups.html", {**context, "form": form, "pick_ups": newest})


@require_POST
@page
def look_for_files(request: HttpRequest, project_id: ProjectId, source_id: SourceId) -> HttpResponse:
    attempt(request, LookForFiles(project_id=project_id, source_id=source_id), "A worker looks into the folder.")
    return redirect("pick-ups", project_id)
