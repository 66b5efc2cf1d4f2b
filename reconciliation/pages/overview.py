"""A project's page: where it stands, in figures and pictures."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.pages import activity, figures
from reconciliation.pages.forms import AutomaticRunsForm
from reconciliation.queries.get_automatic_runs import GetAutomaticRuns
from reconciliation.queries.get_standing import GetStanding
from reconciliation.queries.list_activity import ListActivity
from reconciliation.queries.list_imports import ListImports
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.list_runs import ListRuns
from reconciliation.queries.list_sources import ListSources


@page
def show_overview(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "overview")
    sources = query_bus.ask(ListSources(project_id=project_id))
    standing = query_bus.ask(GetStanding(project_id=project_id))
    runs = query_bus.ask(ListRuns(project_id=project_id, limit=1)).items
    imports = query_bus.ask(ListImports(project_id=project_id, limit=5)).items
    automatic = query_bus.ask(GetAutomaticRuns(project_id=project_id))
    work = query_bus.ask(ListActivity(project_id=project_id, days=activity.DAYS))
    context |= {
        "automatic": automatic,
        "automatic_form": AutomaticRunsForm(initial=asdict(automatic)),
        "activity": work,
        "activity_days": activity.DAYS,
        "activity_chart": activity.chart(work),
        "sources": sources,
        "standing": standing,
        "has_excluded": any(row.excluded.count for row in standing.rows),
        "totals": figures.totals(standing),
        "run": runs[0] if runs else None,
        "imports": imports,
        "has_rules": bool(query_bus.ask(ListRuleSets(project_id=project_id))),
        "both_sides": {source.side for source in sources if source.records} >= {"left", "right"},
        "state_chart": figures.state_chart(standing),
        "source_chart": figures.source_chart(standing),
        "open_charts": figures.open_amounts(standing),
    }
    return render(request, "reconciliation/overview.html", context)
