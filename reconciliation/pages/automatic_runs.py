"""Having a project run by itself: a reviewer's wish."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.commands.set_automatic_runs import SetAutomaticRuns
from reconciliation.pages.forms import AutomaticRunsForm


@require_POST
@page
def set_automatic_runs(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    frame(project_id, "overview")  # a stranger gets the 404 of a project that there is not, whatever is sent
    form = AutomaticRunsForm(request.POST)
    if form.is_valid():
        form.dispatch(SetAutomaticRuns(project_id=project_id, **form.cleaned_data))
    if form.is_valid():
        enabled = form.cleaned_data["enabled"]
        messages.success(request, f"The project {'runs by itself now' if enabled else 'runs by hand now'}.")
    for texts in form.errors.values():
        messages.error(request, " ".join(map(str, texts)))
    return redirect("overview", project_id)
