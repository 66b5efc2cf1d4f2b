"""Runs: start one, watch it, cancel it, see what it took."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, fragment, frame, page
from reconciliation.commands.cancel_run import CancelRun
from reconciliation.commands.start_run import StartRun
from reconciliation.commands.undo_run import UndoRun
from reconciliation.ids import RunId
from reconciliation.pages.forms import StartRunForm
from reconciliation.queries.get_run import GetRun
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.list_runs import ListRuns
from reconciliation.queries.list_sources import ListSources

STOP_POLLING = 286
ENDED = {"completed", "cancelled", "failed", "undone"}


@page
def list_runs(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "runs")
    context["runs"] = query_bus.ask(ListRuns(project_id=project_id, after=request.GET.get("after")))
    context["form"] = _form(project_id, None)
    return render(request, "reconciliation/runs.html", context)


@require_POST
@page
def start_run(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "runs")
    form = _form(project_id, request.POST)
    if not form.has_rule_sets:
        messages.warning(request, "A run needs rules. Publish some first: they can be proposed from the data.")
        return redirect("rules", project_id)
    if form.is_valid():
        run_id = form.dispatch(StartRun(project_id=project_id, **form.cleaned_data))
        if run_id is not None:
            return redirect("run", project_id, run_id)
    context |= {"runs": query_bus.ask(ListRuns(project_id=project_id)), "form": form}
    return render(request, "reconciliation/runs.html", context)


@page
def show_run(request: HttpRequest, project_id: ProjectId, run_id: RunId) -> HttpResponse:
    context = frame(project_id, "runs") | _run(project_id, run_id)
    return render(request, "reconciliation/run.html", context)


@page
def show_progress(request: HttpRequest, project_id: ProjectId, run_id: RunId) -> HttpResponse:
    """What htmx asks for each second; status 286 tells it to stop."""
    context = frame(project_id, "runs") | _run(project_id, run_id)
    status = STOP_POLLING if context["has_ended"] else 200
    return fragment(request, "reconciliation/parts/run_live.html", context, status)


@require_POST
@page
def cancel_run(request: HttpRequest, project_id: ProjectId, run_id: RunId) -> HttpResponse:
    attempt(request, CancelRun(project_id=project_id, run_id=run_id), "The run will stop at its next step.")
    return redirect("run", project_id, run_id)


@require_POST
@page
def undo_run(request: HttpRequest, project_id: ProjectId, run_id: RunId) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    attempt(request, UndoRun(project_id=project_id, run_id=run_id, reason=reason), "The run is being taken back.")
    return redirect("run", project_id, run_id)


def _run(project_id: ProjectId, run_id: RunId) -> dict[str, object]:
    run = query_bus.ask(GetRun(project_id=project_id, run_id=run_id))
    longest = max((stage.seconds for stage in run.stages), default=0)
    return {"run": run, "has_ended": run.status in ENDED, "longest": longest}


def _form(project_id: ProjectId, typed: QueryDict | None) -> StartRunForm:
    sources = query_bus.ask(ListSources(project_id=project_id))
    rule_sets = query_bus.ask(ListRuleSets(project_id=project_id))
    return StartRunForm(typed, sources=sources, rule_sets=rule_sets)
