"""Uploading files: the bytes are kept first, then the platform proposes how to read them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import PurePath

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.commands.add_source import AddSource, SourceNameTakenError
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
        if form.is_bound and form.is_valid() and (found := _upload(project_id, form, sources)):
            return _onwards(request, project_id, form, found)
    return render(request, "reconciliation/upload.html", {**context, "forms": forms})


def _form(request: HttpRequest, side: Side, sources: tuple[SourceRow, ...]) -> UploadForm:
    if request.method == "POST" and f"{side}-name" in request.POST:
        return UploadForm(request.POST, request.FILES, side=side, sources=sources)
    return UploadForm(None, None, side=side, sources=sources)


def _upload(project_id: ProjectId, form: UploadForm, sources: tuple[SourceRow, ...]) -> list[ImportId]:
    """What became an import; the form tells of each other file why it did not."""
    files = form.cleaned_data["file"]
    source_id = form.cleaned_data.get("source") or _source(project_id, form, sources, PurePath(str(files[0].name)).stem)
    if source_id is None:
        return []
    upload_file = UploadFile(project_id=project_id, source_id=source_id, file_name=str(files[0].name), sha256="")
    if not form.authorise(upload_file):
        return []  # and nothing is kept of what may not be uploaded
    return [import_id for file in files if (import_id := _keep(form, upload_file, file)) is not None]


def _keep(form: UploadForm, upload_file: UploadFile, file: UploadedFile[bytes]) -> ImportId | None:
    name = str(file.name)
    stored = form.answer_of(lambda: receive(file, name))
    return None if stored is None else form.dispatch(replace(upload_file, file_name=name, sha256=stored.sha256))


def _onwards(request: HttpRequest, project_id: ProjectId, form: UploadForm, found: list[ImportId]) -> HttpResponse:
    """To the one file, or to the list of all; a page that shows the progress is told where to go."""
    for texts in form.errors.values():
        for text in texts:
            messages.error(request, str(text))
    if len(found) == 1 and not form.errors:
        place = reverse("import", args=(project_id, found[0]))
    else:
        messages.success(request, f"{len(found)} files are there. Look at each and import it.")
        place = reverse("imports", args=(project_id,))
    if request.headers.get("X-Progress"):
        return HttpResponse(status=204, headers={"X-Onwards": place})
    return redirect(place)


def _source(project_id: ProjectId, form: UploadForm, sources: tuple[SourceRow, ...], file_stem: str) -> SourceId | None:
    """The source of this name on this side; a new one where there is none. A name that only a file proposes gives way
    to a source of the other side; one that a person typed does not.
    """
    typed = form.cleaned_data["name"].strip()
    name = typed or _free(file_stem, form.side, {source.name for source in sources if source.side != form.side})
    known = [source.id for source in sources if (source.side, source.name) == (form.side, name)]
    if known:
        return known[0]
    if any(source.name == name for source in sources):
        form.add_error("name", f"{SourceNameTakenError(name).text} It is on the other side.")
        return None
    return form.dispatch(AddSource(project_id=project_id, side=form.side, name=name))


def _free(stem: str, side: Side, taken: set[str]) -> str:
    """`web`, else `web (right)`, else `web (right) 2`."""
    if stem not in taken:
        return stem
    proposed = f"{stem} ({side})"
    numbered = (proposed if number == 1 else f"{proposed} {number}" for number in count(1))
    return next(name for name in numbered if name not in taken)
