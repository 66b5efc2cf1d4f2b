"""The rules: in sentences, as a document, proposed from the data, version by version."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cqrs import DomainError, NotFoundError, query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page, told
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.ids import RuleSetId, Side
from reconciliation.pages.forms import RuleSetForm
from reconciliation.queries.get_rule_set import GetRuleSet, RuleSetDetail
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.list_sources import ListSources
from reconciliation.queries.propose_rule_set import ProposeRuleSet
from reconciliation.rules import RuleSet

EMPTY: dict[str, Any] = {"name": "Rules", "passes": []}


@page
def show_rule_set(request: HttpRequest, project_id: ProjectId, rule_set_id: RuleSetId | None = None) -> HttpResponse:
    context = _frame(project_id)
    versions = query_bus.ask(ListRuleSets(project_id=project_id))
    context["versions"] = versions
    if rule_set_id is not None or versions:
        found = query_bus.ask(GetRuleSet(project_id=project_id, rule_set_id=rule_set_id))
        context |= {
            "found": found,
            "document": _written(found.document),
            "rules": RuleSet.from_document(found.document),
        }
    return render(request, "reconciliation/rules.html", context)


@page
def edit_rule_set(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = _frame(project_id)
    if request.method == "POST":
        form = RuleSetForm(request.POST)
        if form.is_valid():
            form.dispatch(PublishRuleSet(project_id=project_id, **form.cleaned_data))
            if form.is_valid():
                messages.success(request, "Published. The next run uses these rules.")
                return redirect("rules", project_id)
        return render(request, "reconciliation/edit_rules.html", {**context, "form": form})

    newest = _newest(project_id)
    document = newest.document if newest else EMPTY
    return render(request, "reconciliation/edit_rules.html", {**context, "form": _form(document)})


@page
def propose_rule_set(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = _frame(project_id)
    try:
        proposal = query_bus.ask(ProposeRuleSet(project_id=project_id))
    except NotFoundError:
        raise
    except DomainError as error:
        messages.error(request, told(error))
        return redirect("rules", project_id)

    rules = RuleSet.from_document(proposal.document)
    context |= {"form": _form(proposal.document), "evidence": proposal.evidence, "rules": rules}
    return render(request, "reconciliation/edit_rules.html", context)


def _frame(project_id: ProjectId) -> dict[str, Any]:
    context = frame(project_id, "rules")
    sources = query_bus.ask(ListSources(project_id=project_id))
    with_records = {source.side for source in sources if source.records}
    return {**context, "may_propose": with_records == set(Side)}


def _newest(project_id: ProjectId) -> RuleSetDetail | None:
    try:
        return query_bus.ask(GetRuleSet(project_id=project_id))
    except NotFoundError:  # nothing is published yet; a stranger was turned away by the frame
        return None


def _form(document: dict[str, Any]) -> RuleSetForm:
    return RuleSetForm(initial={"name": document.get("name", ""), "document": _written(document)})


def _written(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
