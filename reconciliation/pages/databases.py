"""Databases that sources are read from: connecting one, asking one, what was asked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cqrs import query_bus, services
from projects.ids import ProjectId
from projects.pages.base import attempt, frame, page
from reconciliation.commands.connect_database import ConnectDatabase
from reconciliation.commands.extract_from_database import ExtractFromDatabase
from reconciliation.commands.forget_database import ForgetDatabase
from reconciliation.ids import ConnectionId
from reconciliation.pages.database_forms import ConnectionForm, ExtractionForm
from reconciliation.queries.list_databases import ListDatabases
from reconciliation.queries.list_extractions import ListExtractions
from reconciliation.queries.list_sources import ListSources
from reconciliation.sealing import Sealer


@page
def show_databases(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    return _shown(request, project_id, ConnectionForm(None))


@sensitive_post_parameters("password")  # kept out of reports of errors
@require_POST
@page
def connect_database(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    frame(project_id, "imports")
    form = ConnectionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        form.dispatch(
            ConnectDatabase(
                project_id=project_id,
                name=given["name"],
                address=given["address"],
                sealed_password=services.get(Sealer).seal(given["password"]),
            )
        )
        if form.is_valid():
            messages.success(request, "Connected. The password is kept sealed and never shown again.")
            return redirect("databases", project_id)
    return _shown(request, project_id, form)


@require_POST
@page
def extract(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    frame(project_id, "imports")
    form = _extraction_form(request.POST, project_id)
    if form.is_valid():
        form.dispatch(ExtractFromDatabase(project_id=project_id, **form.cleaned_data))
        if form.is_valid():
            messages.success(request, "A worker asks the database. The rows will wait here as an import.")
            return redirect("databases", project_id)
    return _shown(request, project_id, ConnectionForm(None), form)


@require_POST
@page
def forget_database(request: HttpRequest, project_id: ProjectId, connection_id: ConnectionId) -> HttpResponse:
    command = ForgetDatabase(project_id=project_id, connection_id=connection_id)
    attempt(request, command, "The password is destroyed.")
    return redirect("databases", project_id)


def _extraction_form(typed: QueryDict | None, project_id: ProjectId) -> ExtractionForm:
    databases = query_bus.ask(ListDatabases(project_id=project_id))
    sources = query_bus.ask(ListSources(project_id=project_id))
    return ExtractionForm(typed, databases=databases, sources=sources)


def _shown(
    request: HttpRequest, project_id: ProjectId, connecting: ConnectionForm, asking: ExtractionForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        **frame(project_id, "imports"),
        "databases": query_bus.ask(ListDatabases(project_id=project_id)),
        "extractions": query_bus.ask(ListExtractions(project_id=project_id, after=request.GET.get("after"))),
        "connecting": connecting,
        "asking": asking or _extraction_form(None, project_id),
    }
    return render(request, "reconciliation/databases.html", context)
