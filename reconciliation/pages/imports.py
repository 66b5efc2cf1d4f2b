"""Imports: the list, and one file with every decision about reading it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, fragment, frame, page
from reconciliation.commands.cancel_import import CancelImport
from reconciliation.commands.change_mapping import ChangeMapping
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.ids import ImportId
from reconciliation.pages.mapping_form import MappingForm
from reconciliation.queries.get_import import GetImport, ImportDetail
from reconciliation.queries.list_imports import ListImports
from reconciliation.queries.list_sources import ListSources

STOP_POLLING = 286
UNDERWAY = {"queued", "reading"}
NUMBERS = ("amount", "debit", "credit", "balance")


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
def change_mapping(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    found = _found(project_id, import_id)
    form = MappingForm(request.POST, found=found)
    if "answers" in request.POST:
        return _answer(request, project_id, found)
    if form.is_valid():
        form.dispatch(ChangeMapping(project_id=project_id, import_id=import_id, mapping=form.changes()))
        if form.is_valid():
            messages.success(request, "The file was read again as you said. Check the preview.")
            return redirect("import", project_id, import_id)
    return render(request, "reconciliation/import.html", {**_context(project_id, found), "form": form})


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


def _answer(request: HttpRequest, project_id: ProjectId, found: ImportDetail) -> HttpResponse:
    asked = {question.decision: question.choices for question in found.questions}
    answers: dict[str, Any] = {name: value for name, value in request.POST.items() if value in asked.get(name, ())}
    command = ChangeMapping(project_id=project_id, import_id=found.row.id, mapping=answers)
    attempt(request, command, "Thank you. The file was read again with your answer.")
    return redirect("import", project_id, found.row.id)


def _context(project_id: ProjectId, found: ImportDetail) -> dict[str, object]:
    context = frame(project_id, "imports")
    is_proposed = found.row.status == "proposed"
    fields = dict.fromkeys(name for row in found.preview for name, value in row.parsed.items() if value)
    return {
        **context,
        "found": found,
        "is_proposed": is_proposed,
        "is_underway": found.row.status in UNDERWAY,
        "parsed_fields": tuple(fields),
        "number_fields": NUMBERS,
        "lines_in_file": sum(row.lines for row in found.accounting),
        "form": MappingForm(None, found=found) if is_proposed and context["may_prepare"] else None,
    }
