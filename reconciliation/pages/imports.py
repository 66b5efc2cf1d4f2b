"""Imports: the list, and one file with every decision about reading it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, fragment, frame, page
from reconciliation.commands.cancel_import import CancelImport
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.ids import ImportId
from reconciliation.pages.mapping_form import MappingForm
from reconciliation.pages.mappings import Workbench, wizard_context
from reconciliation.queries.get_import import GetImport, ImportDetail
from reconciliation.queries.get_quality_report import GetQualityReport
from reconciliation.queries.list_imports import ListImports
from reconciliation.queries.list_sources import ListSources

STOP_POLLING = 286
UNDERWAY = {"queued", "reading"}


@page
def list_imports(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "imports")
    context["imports"] = query_bus.ask(ListImports(project_id=project_id, after=request.GET.get("after")))
    context["sources"] = query_bus.ask(ListSources(project_id=project_id))
    return render(request, "reconciliation/imports.html", context)


@page
def show_import(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    found = _found(project_id, import_id)
    return render(request, "reconciliation/import.html", _context(project_id, found))


@require_POST
@page
def commit_import(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    attempt(request, CommitImport(project_id=project_id, import_id=import_id), "")
    return redirect("import", project_id, import_id)


@require_POST
@page
def cancel_import(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    attempt(request, CancelImport(project_id=project_id, import_id=import_id), "The import is being stopped.")
    return redirect("import", project_id, import_id)


@require_POST
@page
def discard_import(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    attempt(request, DiscardImport(project_id=project_id, import_id=import_id), "The upload is discarded.")
    return redirect("imports", project_id)


@page
def show_progress(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    """What htmx asks for each second; once the import has ended the whole page is shown anew."""
    found = _found(project_id, import_id)
    context = _context(project_id, found)
    if context["is_underway"]:
        return fragment(request, "reconciliation/parts/import_state.html", context)
    response = fragment(request, "reconciliation/parts/import_state.html", context, STOP_POLLING)
    response["HX-Refresh"] = "true"
    return response


def _found(project_id: ProjectId, import_id: ImportId) -> ImportDetail:
    return query_bus.ask(GetImport(project_id=project_id, import_id=import_id))


def _context(project_id: ProjectId, found: ImportDetail) -> dict[str, object]:
    context = wizard_context(project_id, found) | Workbench(MappingForm(None, shown=found), found).context()
    context["is_underway"] = found.row.status in UNDERWAY
    context["quality"] = query_bus.ask(GetQualityReport(project_id=project_id, import_id=found.row.id))
    return context
