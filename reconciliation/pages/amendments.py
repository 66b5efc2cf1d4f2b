"""What becomes of a file after its import: a corrected one in its place, withdrawn, reinstated."""

from dataclasses import replace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, frame, page
from projects.pages.forms import CommandForm
from reconciliation.commands.amend_import import AmendImport
from reconciliation.commands.reinstate_import import ReinstateImport
from reconciliation.commands.withdraw_import import WithdrawImport
from reconciliation.ids import ImportId
from reconciliation.queries.diff_amendment import DiffAmendment
from reconciliation.queries.get_import import GetImport
from reconciliation.receiving import receive


class CorrectedFileForm(CommandForm):
    """The file as it should have been."""

    file = forms.FileField(
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
        help_text="The whole file, not only what changed. You see what it changes before anything is committed.",
    )


@page
def amend_import(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    context = frame(project_id, "imports")
    form = CorrectedFileForm(request.POST, request.FILES) if request.method == "POST" else CorrectedFileForm()
    if form.is_bound and form.is_valid():
        amendment_id = _amend(form, project_id, import_id)
        if amendment_id is not None:
            return redirect("diff", project_id, amendment_id)
    context |= {"found": query_bus.ask(GetImport(project_id=project_id, import_id=import_id)), "form": form}
    return render(request, "reconciliation/amend.html", context)


@require_POST
@page
def withdraw_import(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    command = WithdrawImport(project_id=project_id, import_id=import_id, reason=reason)
    attempt(request, command, "The import is withdrawn. You can reinstate it here.")
    return redirect("import", project_id, import_id)


@require_POST
@page
def reinstate_import(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    command = ReinstateImport(project_id=project_id, import_id=import_id, reason=reason)
    attempt(request, command, "The import is reinstated. Its records are open; a run matches them again.")
    return redirect("import", project_id, import_id)


@page
def show_diff(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    context = frame(project_id, "imports")
    found = query_bus.ask(GetImport(project_id=project_id, import_id=import_id))
    context["found"] = found
    if found.row.kind != "amendment" or found.row.status not in {"proposed", "failed", "cancelled"}:
        return render(request, "reconciliation/no_diff.html", context)
    asked = DiffAmendment(
        project_id=project_id,
        import_id=import_id,
        kind=request.GET.get("kind", ""),
        after=request.GET.get("after"),
    )
    context |= {"kind": asked.kind, "diff": query_bus.ask(asked)}
    return render(request, "reconciliation/diff.html", context)


def _amend(form: CorrectedFileForm, project_id: ProjectId, import_id: ImportId) -> ImportId | None:
    file = form.cleaned_data["file"]
    file_name = str(file.name)
    command = AmendImport(project_id=project_id, import_id=import_id, file_name=file_name, sha256="")
    if not form.authorise(command):
        return None  # and nothing is kept of what may not be uploaded
    stored = form.answer_of(lambda: receive(file, file_name))
    return None if stored is None else form.dispatch(replace(command, sha256=stored.sha256))
