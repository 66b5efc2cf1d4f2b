"""The rules in a form, a part for each pass, made from the rules' own fields. Each button sends the whole form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cqrs import InvalidMessageError, NotFoundError, command_bus, query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.queries.get_rule_set import GetRuleSet
from reconciliation.rules import InvalidRuleSetError, RuleSet, rule_types
from reconciliation.rules.form import Document, document_of, inputs_of

EMPTY: Document = {"name": "Rules", "passes": []}


@page
def rule_set_form(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "rules")
    if request.method != "POST":
        return _shown(request, context, _newest(project_id), [])

    document = document_of(request.POST.dict())
    asked, *places = request.POST.get("do", "").split(":")
    if asked == "publish":
        problems = _publish(project_id, document, request.POST.get("note", ""))
        if not problems:
            messages.success(request, "Published. The next run uses these rules.")
            return redirect("rules", project_id)
        return _shown(request, context, document, problems)
    change = _CHANGES.get(asked)
    if change is not None and all(place.isdecimal() for place in places):
        change(document, [int(place) for place in places], request)
    return _shown(request, context, document, _problems(document))


def _publish(project_id: ProjectId, document: Document, note: str) -> list[str]:
    """What keeps it from being published."""
    command = PublishRuleSet(project_id=project_id, name=document["name"], document=document, note=note.strip())
    try:
        command_bus.dispatch(command)
    except InvalidMessageError as error:
        return [text for texts in error.fields.values() for text in texts]
    return []


def _problems(document: Document) -> list[str]:
    try:
        RuleSet.from_document(document)
    except InvalidRuleSetError as error:
        return [str(problem) for problem in error.problems]
    return []


def _shown(request: HttpRequest, context: dict[str, Any], document: Document, problems: list[str]) -> HttpResponse:
    calendar, passes = inputs_of(document)
    context |= {
        "document": document,
        "calendar": calendar,
        "passes": passes,
        "problems": problems,
        "rules": None if problems or _problems(document) else RuleSet.from_document(document),
        "rule_types": [(name, kind.label()) for name, kind in rule_types().items()],
        "note": request.POST.get("note", ""),
    }
    return render(request, "reconciliation/rule_set_form.html", context)


def _newest(project_id: ProjectId) -> Document:
    try:
        return query_bus.ask(GetRuleSet(project_id=project_id)).document
    except NotFoundError:  # nothing is published yet; a stranger was turned away by the frame
        return EMPTY


def _add_pass(document: Document, places: list[int], request: HttpRequest) -> None:
    del places, request
    document["passes"].append({"name": f"Pass {len(document['passes']) + 1}", "rules": []})


def _drop_pass(document: Document, places: list[int], request: HttpRequest) -> None:
    del request
    document["passes"] = [part for place, part in enumerate(document["passes"]) if [place] != places]


def _raise_pass(document: Document, places: list[int], request: HttpRequest) -> None:
    """It changes places with the pass before it."""
    del request
    passes = document["passes"]
    if len(places) == 1 and 0 < places[0] < len(passes):
        at = places[0]
        passes[at - 1], passes[at] = passes[at], passes[at - 1]


def _add_rule(document: Document, places: list[int], request: HttpRequest) -> None:
    for place, part in enumerate(document["passes"]):
        kind = request.POST.get(f"passes.{place}.new", "")
        if [place] == places and kind in rule_types():
            part["rules"].append({"type": kind})


def _drop_rule(document: Document, places: list[int], request: HttpRequest) -> None:
    del request
    for place, part in enumerate(document["passes"]):
        part["rules"] = [rule for number, rule in enumerate(part["rules"]) if [place, number] != places]


_CHANGES = {
    "add-pass": _add_pass,
    "drop-pass": _drop_pass,
    "raise-pass": _raise_pass,
    "add-rule": _add_rule,
    "drop-rule": _drop_rule,
}
