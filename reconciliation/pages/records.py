"""One record: as it was received and as it was understood."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.ids import RecordId
from reconciliation.queries.get_raw_line import GetRawLine
from reconciliation.queries.get_record import GetRecord


@page
def show_record(request: HttpRequest, project_id: ProjectId, record_id: RecordId) -> HttpResponse:
    context = frame(project_id, "matches")
    found = query_bus.ask(GetRecord(project_id=project_id, record_id=record_id))
    raw = query_bus.ask(GetRawLine(project_id=project_id, record_id=record_id))
    return render(request, "reconciliation/record.html", {**context, "found": found, "raw": raw, "group": found.group})
