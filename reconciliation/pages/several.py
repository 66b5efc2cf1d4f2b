"""Several suggestions confirmed at once, after a look at how many they are and what they amount to."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cqrs import InvalidMessageError, query_bus
from projects.ids import ProjectId
from projects.pages.base import attempt, frame, page, told
from reconciliation.commands.confirm_matches import ConfirmMatches
from reconciliation.ids import GroupId
from reconciliation.queries.sum_matches import SumMatches


@page
def confirm_several(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    context = frame(project_id, "matches")
    ticked = (request.POST if request.method == "POST" else request.GET).getlist("group")
    ids = tuple(GroupId(int(value)) for value in ticked if value.isdecimal() and len(value) < 19)  # noqa: PLR2004  64 bits
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        done = attempt(request, ConfirmMatches(project_id=project_id, group_ids=ids, reason=reason), "")
        if done is not None:
            messages.success(request, f"{done} matches confirmed.")
        return redirect("matches", project_id)
    try:
        context["sums"] = query_bus.ask(SumMatches(project_id=project_id, group_ids=ids))
    except InvalidMessageError as error:
        messages.error(request, told(error))
        return redirect("matches", project_id)
    return render(request, "reconciliation/confirm_several.html", context)
