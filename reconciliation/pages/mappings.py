"""The mapping wizard: decisions on one side, what comes of them on the other, nothing written until it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from cqrs import InvalidMessageError, query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, fragment, frame, page
from reconciliation.commands.change_mapping import ChangeMapping
from reconciliation.commands.commit_import import CommitImport
from reconciliation.formats import STRUCTURE
from reconciliation.ids import ImportId
from reconciliation.pages.decisions_in_words import COLUMNS, decision_in_words
from reconciliation.pages.mapping_form import MappingForm, Shown
from reconciliation.pages.step_forms import labels, rearranged, shown_steps
from reconciliation.queries.get_import import GetImport, ImportDetail
from reconciliation.queries.get_mapping import GetMapping
from reconciliation.queries.preview_mapping import PreviewMapping

NUMBERS = ("amount", "debit", "credit", "balance")
_BUTTONS = ("add-step", "remove-step", "raise-step")


@dataclass
class Workbench:
    """The form as the page has it, and what would come of it. `is_new`: the page's columns are no longer the file's."""

    form: MappingForm
    shown: Shown
    changes: dict[str, Any] = field(default_factory=dict)
    is_new: bool = False

    def context(self) -> dict[str, object]:
        fields = dict.fromkeys(name for row in self.shown.preview for name, value in row.parsed.items() if value)
        steps = self.shown.mapping["transformations"]
        return {
            "form": self.form,
            "shown": self.shown,
            "raw_columns": self._raw_columns(),
            "standard_fields": tuple(COLUMNS.items()),
            "parsed_fields": tuple(fields),
            "number_fields": NUMBERS,
            "derived_fields": {step.get("target", "amount") for step in steps},
            "lines_in_file": sum(row.lines for row in self.shown.accounting),
            "kinds_of_step": labels(),
            "divided": divided(self.shown.mapping),
        }

    def _raw_columns(self) -> list[tuple[str, str]]:
        """Each column's header, and the fields that are read from it."""
        mapping, header = self.shown.mapping, self.shown.header
        feeds: dict[int, list[str]] = {}
        for name, column in mapping["fields"].items():
            feeds.setdefault(column["column"], []).append(decision_in_words(name))
        named = (header[place] if place < len(header) else "" for place in range(mapping["columns"]))
        return [(name or f"column {place + 1}", ", ".join(feeds.get(place, ()))) for place, name in enumerate(named)]


@require_POST
@page
def preview_mapping(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    """What htmx asks for while a person decides; a whole page for a browser without scripts."""
    found = query_bus.ask(GetImport(project_id=project_id, import_id=import_id))
    bench = previewed(project_id, found, request.POST)
    context = {**wizard_context(project_id, found), **bench.context()}
    if not request.headers.get("HX-Request"):
        return render(request, "reconciliation/import.html", context)
    if bench.is_new or request.headers.get("HX-Target") == "workbench":
        response = fragment(request, "reconciliation/parts/workbench.html", context)
        response["HX-Retarget"] = "#workbench"
        return response
    return fragment(request, "reconciliation/parts/wizard_answer.html", {**context, "is_answer": True})


@require_POST
@page
def change_mapping(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    """Saves the decisions; with `then=commit` the file is imported with them."""
    found = query_bus.ask(GetImport(project_id=project_id, import_id=import_id))
    bench = bench_of(project_id, found, request.POST)
    if bench.form.is_valid():
        changes = bench.changes | bench.form.changes(bench.form.steps)
        if changes:
            bench.form.send(ChangeMapping(project_id=project_id, import_id=import_id, mapping=changes))
        if not bench.form.is_refused:
            return _saved(request, project_id, import_id)
    context = {**wizard_context(project_id, found), **bench.context()}
    return render(request, "reconciliation/import.html", context)


def _saved(request: HttpRequest, project_id: ProjectId, import_id: ImportId) -> HttpResponse:
    if request.POST.get("then") == "commit":
        attempt(request, CommitImport(project_id=project_id, import_id=import_id), "")
    else:
        messages.success(request, "The file was read again as you said.")
    return redirect("import", project_id, import_id)


def bench_of(project_id: ProjectId, found: ImportDetail, typed: Mapping[str, str]) -> Workbench:
    """The form as it was sent, upon the file as it is divided by what was sent."""
    structure = _structure(typed, found.mapping)
    shown: Shown = found
    errors: dict[str, list[str]] = {}
    if structure:
        try:
            shown = query_bus.ask(PreviewMapping(project_id=project_id, import_id=found.row.id, mapping=structure))
        except InvalidMessageError as error:
            errors, structure = error.fields, {}
    if typed.get("divided", divided(shown.mapping)) != divided(shown.mapping) and not errors:
        return Workbench(MappingForm(None, shown=shown), shown, structure, is_new=True)
    form = MappingForm(typed, shown=shown)
    form.refuse(errors, form.steps)
    return Workbench(form, shown, structure)


def previewed(project_id: ProjectId, found: ImportDetail, typed: Mapping[str, str]) -> Workbench:
    """With the decisions that can be previewed laid over; what is refused stands beside its field."""
    bench = bench_of(project_id, found, typed)
    if bench.is_new or not bench.form.is_valid():
        return bench
    if any(button in typed for button in _BUTTONS):
        bench.form.steps = shown_steps(rearranged(bench.form.steps, typed), bench.form.inputs)
    complete = [step for step in bench.form.steps if step.is_complete()]
    changes = bench.changes | bench.form.changes(complete)
    try:
        bench.shown = query_bus.ask(PreviewMapping(project_id=project_id, import_id=found.row.id, mapping=changes))
    except InvalidMessageError as error:
        bench.form.refuse(error.fields, complete)
    else:
        bench.form.evidence = {row.decision: row for row in bench.shown.evidence}
    return bench


def wizard_context(project_id: ProjectId, found: ImportDetail) -> dict[str, object]:
    context = frame(project_id, "imports")
    return {
        **context,
        "found": found,
        "is_proposed": found.row.status == "proposed",
        "saved": query_bus.ask(GetMapping(project_id=project_id, import_id=found.row.id)),
    }


def divided(mapping: Mapping[str, Any]) -> str:
    """Names how a file is divided into columns: a page made for another division cannot speak of these."""
    return "\u241f".join(str(mapping[name]) for name in STRUCTURE)


def _structure(typed: Mapping[str, str], mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What the person says of how the file is divided, where it is not as it was."""
    changes: dict[str, Any] = {}
    for name in STRUCTURE:
        before = "" if mapping[name] is None else str(mapping[name])
        if name in typed and typed[name] != before:
            changes[name] = _line(typed[name]) if name == "header_line" else typed[name]
    return changes


def _line(written: str) -> Any:
    return None if not written.strip() else int(written) if written.strip().isdecimal() else written
