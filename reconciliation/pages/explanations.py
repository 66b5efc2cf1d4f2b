"""Why records are together, and why one is alone: asked for where somebody wants to know."""

from django.http import HttpRequest, HttpResponse

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import fragment, frame, page
from reconciliation.ids import GroupId, RecordId
from reconciliation.queries.explain_match import ExplainMatch
from reconciliation.queries.explain_non_match import ExplainNonMatch


@page
def explain_match(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    context = frame(project_id, "matches")
    context["why"] = query_bus.ask(ExplainMatch(project_id=project_id, group_id=group_id))
    return fragment(request, "reconciliation/parts/why_matched.html", context)


@page
def explain_non_match(request: HttpRequest, project_id: ProjectId, record_id: RecordId) -> HttpResponse:
    context = frame(project_id, "open-items")
    context["why"] = query_bus.ask(ExplainNonMatch(project_id=project_id, record_id=record_id))
    return fragment(request, "reconciliation/parts/why_open.html", context)
