"""The review list of match groups, and one group by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.ids import GroupId, RunId, Side
from reconciliation.queries.get_group import GetGroup
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.list_sources import ListSources, SourceRow

STATUSES = ("suggested", "confirmed")


@page
def list_matches(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "matches")
    chosen = _filters(request)
    sources = query_bus.ask(ListSources(project_id=project_id))
    context |= {
        "groups": query_bus.ask(ListGroups(project_id=project_id, after=request.GET.get("after"), **chosen)),
        "chosen": chosen,
        "status": chosen["status"],
        "statuses": STATUSES,
        "passes": _passes(project_id),
        "left_names": _names(sources, Side.LEFT),
        "right_names": _names(sources, Side.RIGHT),
    }
    return render(request, "reconciliation/matches.html", context)


@page
def show_match(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    context = frame(project_id, "matches")
    context["group"] = query_bus.ask(GetGroup(project_id=project_id, group_id=group_id))
    return render(request, "reconciliation/match.html", context)


def _filters(request: HttpRequest) -> dict[str, object]:
    """What the query string asks for; what it says that makes no sense is left out."""
    asked = request.GET
    status = asked.get("status", "suggested")
    run = asked.get("run", "")
    return {
        "status": status if status in STATUSES else None,
        "pass_name": asked.get("pass") or None,
        "search": asked.get("search", "").strip(),
        "run_id": RunId(int(run)) if run.isdecimal() else None,
    }


def _passes(project_id: ProjectId) -> list[str]:
    names: dict[str, None] = {}
    for rule_set in query_bus.ask(ListRuleSets(project_id=project_id)):
        names.update(dict.fromkeys(rule_set.passes))
    return list(names)


def _names(sources: tuple[SourceRow, ...], side: Side) -> str:
    return ", ".join(source.name for source in sources if source.side == side)
