"""One source: how its files are read, version by version, and which have come in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.ids import SourceId
from reconciliation.queries.get_source import GetSource
from reconciliation.queries.list_imports import ListImports
from reconciliation.queries.list_statements import ListStatements


@page
def show_source(request: HttpRequest, project_id: ProjectId, source_id: SourceId) -> HttpResponse:
    context = frame(project_id, "imports")
    context["source"] = query_bus.ask(GetSource(project_id=project_id, source_id=source_id))
    context["imports"] = query_bus.ask(
        ListImports(project_id=project_id, source_id=source_id, after=request.GET.get("after"))
    )
    context["statements"] = query_bus.ask(ListStatements(project_id=project_id, source_id=source_id))
    return render(request, "reconciliation/source.html", context)
