"""The lines of a file that became no records, and the repair of one of them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from projects.pages.forms import CommandForm
from reconciliation.commands.repair_rejected_line import RepairRejectedLine
from reconciliation.ids import ImportId, RejectedLineId
from reconciliation.queries.get_import import GetImport
from reconciliation.queries.list_rejected_lines import ListRejectedLines, RejectedLineDetail

CELL = "cells."


class RepairForm(CommandForm):
    """The cells of the line, named as the command names them."""

    reason = forms.CharField(required=False, max_length=500, help_text="How you know, for whoever asks later.")

    def __init__(self, typed: Any, *, line: RejectedLineDetail) -> None:
        super().__init__(typed)
        for name, text in line.cells.items():
            self.fields[CELL + name] = forms.CharField(required=False, label=name, initial=text, strip=False)
        self.order_fields([name for name in self.fields if name != "reason"])

    def changed_cells(self) -> dict[str, str]:
        changed = (name for name in self.changed_data if name.startswith(CELL))
        return {name.removeprefix(CELL): self.cleaned_data[name] for name in changed}


@page
def list_rejected_lines(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    context = frame(project_id, "imports")
    repaired = request.GET.get("repaired") == "yes"
    context |= {
        "found": query_bus.ask(GetImport(project_id=project_id, import_id=import_id)),
        "repaired": repaired,
        "lines": query_bus.ask(
            ListRejectedLines(
                project_id=project_id, import_id=import_id, repaired=repaired, after=request.GET.get("after")
            )
        ),
    }
    return render(request, "reconciliation/rejected_lines.html", context)


@page
def repair_rejected_line(
    request: HttpRequest, project_id: ProjectId, import_id: ImportId, rejected_line_id: RejectedLineId
) -> HttpResponse:
    context = frame(project_id, "imports")
    line = _line(project_id, import_id, rejected_line_id)
    form = RepairForm(request.POST if request.method == "POST" else None, line=line)
    if form.is_valid():
        command = RepairRejectedLine(
            project_id=project_id,
            import_id=import_id,
            rejected_line_id=rejected_line_id,
            cells=form.changed_cells(),
            reason=form.cleaned_data["reason"],
        )
        form.dispatch(command)
        if form.is_valid():
            messages.success(request, f"Line {line.line} is repaired.")
            return redirect("rejected-lines", project_id, import_id)
    context |= {
        "found": query_bus.ask(GetImport(project_id=project_id, import_id=import_id)),
        "line": line,
        "form": form,
    }
    return render(request, "reconciliation/repair_line.html", context)


def _line(project_id: ProjectId, import_id: ImportId, rejected_line_id: RejectedLineId) -> RejectedLineDetail:
    asked = ListRejectedLines(project_id=project_id, import_id=import_id, rejected_line_id=rejected_line_id)
    found = query_bus.ask(asked).items
    if not found:
        raise Http404(str(rejected_line_id))
    return found[0]
