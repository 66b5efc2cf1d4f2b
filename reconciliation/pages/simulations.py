"""Rules tried before they are published: what they would find, and what they make of people's decisions."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, fragment, frame, page
from reconciliation.commands.cancel_simulation import CancelSimulation
from reconciliation.commands.simulate_rule_set import SimulateRuleSet
from reconciliation.ids import SimulationId
from reconciliation.pages.forms import RuleSetForm
from reconciliation.queries.get_simulation import GetSimulation
from reconciliation.queries.list_simulations import ListSimulations

STOP_POLLING = 286
ENDED = {"completed", "cancelled", "failed"}


@page
def list_simulations(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "rules")
    context["tried"] = query_bus.ask(ListSimulations(project_id=project_id, after=request.GET.get("after")))
    return render(request, "reconciliation/simulations.html", context)


@require_POST
@page
def simulate(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "rules")
    form = RuleSetForm(request.POST)
    if form.is_valid():
        document = form.cleaned_data["document"] | {"name": form.cleaned_data["name"]}
        simulation_id = form.dispatch(SimulateRuleSet(project_id=project_id, document=document))
        if simulation_id is not None:
            return redirect("simulation", project_id, simulation_id)
    return render(request, "reconciliation/edit_rules.html", {**context, "form": form})


@page
def show_simulation(request: HttpRequest, project_id: ProjectId, simulation_id: SimulationId) -> HttpResponse:
    context = frame(project_id, "rules") | _simulation(project_id, simulation_id)
    return render(request, "reconciliation/simulation.html", context)


@page
def show_progress(request: HttpRequest, project_id: ProjectId, simulation_id: SimulationId) -> HttpResponse:
    """What htmx asks for each second; status 286 tells it to stop."""
    context = frame(project_id, "rules") | _simulation(project_id, simulation_id)
    status = STOP_POLLING if context["has_ended"] else 200
    return fragment(request, "reconciliation/parts/simulation_live.html", context, status)


@require_POST
@page
def cancel_simulation(request: HttpRequest, project_id: ProjectId, simulation_id: SimulationId) -> HttpResponse:
    command = CancelSimulation(project_id=project_id, simulation_id=simulation_id)
    attempt(request, command, "The simulation will stop at its next step.")
    return redirect("simulation", project_id, simulation_id)


def _simulation(project_id: ProjectId, simulation_id: SimulationId) -> dict[str, object]:
    found = query_bus.ask(GetSimulation(project_id=project_id, simulation_id=simulation_id))
    written = json.dumps(found.document, indent=2, ensure_ascii=False)
    return {"tried": found, "has_ended": found.status in ENDED, "document": written}
