"""Lines that the source had already: both shown, and a person decides where it is in doubt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, frame, page
from reconciliation.commands.decide_duplicate import DecideDuplicate
from reconciliation.ids import ImportId
from reconciliation.queries.get_import import GetImport
from reconciliation.queries.list_duplicates import ListDuplicates

DONE = {
    "keep": "Kept: the line is a record of its own. You can change your mind here.",
    "drop": "Dropped: the line is the record that was known.",
}


@page
def list_duplicates(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    context = frame(project_id, "imports")
    doubtful = request.GET.get("show") != "all"
    context |= {
        "found": query_bus.ask(GetImport(project_id=project_id, import_id=import_id)),
        "doubtful": doubtful,
        "duplicates": query_bus.ask(
            ListDuplicates(
                project_id=project_id, import_id=import_id, doubtful=doubtful, after=request.GET.get("after")
            )
        ),
    }
    return render(request, "reconciliation/duplicates.html", context)


@require_POST
@page
def decide_duplicate(request: HttpRequest, project_id: ProjectId, import_id: ImportId, place: int) -> HttpResponse:
    choice = request.POST.get("choice", "")
    command = DecideDuplicate(
        project_id=project_id,
        import_id=import_id,
        place=place,
        choice=choice,
        reason=request.POST.get("reason", "").strip(),
    )
    attempt(request, command, DONE.get(choice, ""))
    return redirect("duplicates", project_id, import_id)
