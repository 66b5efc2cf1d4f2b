"""Rules learnt from matches by hand: those that are ticked go into a draft in the editor."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from reconciliation.pages.forms import RuleSetForm
from reconciliation.queries.learn_rules import LearnRules, LearntRules
from reconciliation.rules import RuleSet


@page
def learn_rules(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "rules")
    learnt = query_bus.ask(LearnRules(project_id=project_id))
    if request.method == "POST":
        draft = _draft(learnt, set(request.POST.getlist("accept")))
        written = json.dumps(draft, indent=2, ensure_ascii=False)
        form = RuleSetForm(initial={"name": draft["name"], "document": written, "note": "Learnt from matches by hand"})
        context |= {"form": form, "rules": RuleSet.from_document(draft)}
        return render(request, "reconciliation/edit_rules.html", context)
    return render(request, "reconciliation/learn_rules.html", {**context, "learnt": learnt})


def _draft(learnt: LearntRules, accepted: set[str]) -> dict[str, object]:
    """The newest rules with the accepted passes after their own; what has the name of another pass is left out."""
    known = {part["name"] for part in learnt.draft["passes"]}
    chosen = [
        each.document
        for place, each in enumerate(learnt.proposals)
        if str(place) in accepted and each.document["name"] not in known
    ]
    return learnt.draft | {"passes": [*learnt.draft["passes"], *chosen]}
