"""What a project demands of its files."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cqrs import query_bus
from projects.ids import ProjectId
from projects.pages.base import frame, page
from projects.pages.forms import CommandForm
from reconciliation.commands.set_quality_rules import SetQualityRules
from reconciliation.queries.get_quality_rules import GetQualityRules


class QualityRulesForm(CommandForm):
    """The document that the API takes too."""

    document = forms.CharField(widget=forms.Textarea(attrs={"rows": 16, "class": "mono", "spellcheck": "false"}))

    def clean_document(self) -> dict[str, Any]:
        try:
            document = json.loads(self.cleaned_data["document"])
        except ValueError as error:
            raise ValidationError(f"This is no JSON: {error}.") from error
        if not isinstance(document, dict):
            raise ValidationError("The rules are a JSON object.")
        return document


@page
def quality_rules(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "imports")
    rules = query_bus.ask(GetQualityRules(project_id=project_id))
    typed = request.POST if request.method == "POST" else None
    form = QualityRulesForm(typed, initial={"document": json.dumps(rules.document, indent=2)})
    if form.is_bound and form.is_valid():
        form.dispatch(SetQualityRules(project_id=project_id, document=form.cleaned_data["document"]))
        if form.is_valid():
            messages.success(request, "The rules hold for every file that is committed from now on.")
            return redirect("quality-rules", project_id)
    return render(request, "reconciliation/quality_rules.html", {**context, "rules": rules, "form": form})
