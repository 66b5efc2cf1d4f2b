"""Uploading a file: the bytes are kept first, then the platform proposes how to read them."""

from dataclasses import replace
from pathlib import PurePath

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.upload_file import UploadFile
from reconciliation.ids import ImportId, Side, SourceId
from reconciliation.pages.forms import UploadForm
from reconciliation.queries.list_sources import ListSources, SourceRow
from reconciliation.receiving import receive


@page
def upload(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "imports")
    sources = query_bus.ask(ListSources(project_id=project_id))
    forms = [_form(request, side, sources) for side in Side]
    for form in forms:
        if form.is_bound and form.is_valid():
            import_id = _upload(project_id, form, sources)
            if import_id is not None:
                return redirect("import", project_id, import_id)
    return render(request, "reconciliation/upload.html", {**context, "forms": forms})


def _form(request: HttpRequest, side: Side, sources: tuple[SourceRow, ...]) -> UploadForm:
    if request.method == "POST" and f"{side}-name" in request.POST:
        return UploadForm(request.POST, request.FILES, side=side, sources=sources)
    return UploadForm(None, None, side=side, sources=sources)


def _upload(project_id: ProjectId, form: UploadForm, sources: tuple[SourceRow, ...]) -> ImportId | None:
    file = form.cleaned_data["file"]
    file_name = str(file.name)
    source_id = form.cleaned_data.get("source") or _source(project_id, form, sources, PurePath(file_name).stem)
    if source_id is None:
        return None
    upload_file = UploadFile(project_id=project_id, source_id=source_id, file_name=file_name, sha256="")
    if not form.authorise(upload_file):
        return None  # and nothing is kept of what may not be uploaded
    stored = form.answer_of(lambda: receive(file, file_name))
    return stored and form.dispatch(replace(upload_file, sha256=stored.sha256))


def _source(project_id: ProjectId, form: UploadForm, sources: tuple[SourceRow, ...], file_stem: str) -> SourceId | None:
    """The source of this name on this side; a new one where there is none."""
    name = form.cleaned_data["name"].strip() or file_stem
    known = [source.id for source in sources if (source.side, source.name) == (form.side, name)]
    return known[0] if known else form.dispatch(AddSource(project_id=project_id, side=form.side, name=name))
