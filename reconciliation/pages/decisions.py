"""Confirm, reject and undo one match group, where it stands in the list."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from cqrs import DomainError, NotFoundError, command_bus, query_bus
from projects.ids import ProjectId
from projects.pages.base import fragment, frame, page, told
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.review_match import ReviewMatch
from reconciliation.commands.take_back_confirmation import TakeBackConfirmation
from reconciliation.commands.unmatch import Unmatch
from reconciliation.ids import GroupId
from reconciliation.pages.adjustments import typed_adjustments
from reconciliation.queries.get_group import GetGroup, GroupRow

Decision = ConfirmMatch | RejectMatch | ReviewMatch | TakeBackConfirmation | Unmatch
TAKEN_BACK = "Taken back. The match is a suggestion again."
REJECTED = "Rejected. Its records are open again, and this pair is not proposed again."
UNMATCHED = "Unmatched. Its records are open again, and this pair is not proposed again."
GONE = "This match is no longer there: somebody decided on it, or a newer run replaced it."


@require_POST
@page
def confirm(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    def command() -> ConfirmMatch:
        return ConfirmMatch(
            project_id=project_id,
            group_id=group_id,
            expected_version=_version(request),
            adjustments=typed_adjustments(request.POST),
            reason=_reason(request),
        )

    return _decide(request, project_id, group_id, command, "Confirmed.")


@require_POST
@page
def review(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    """A match whose records a corrected file has changed is right all the same, or with these adjustments."""

    def command() -> ReviewMatch:
        return ReviewMatch(
            project_id=project_id,
            group_id=group_id,
            expected_version=_version(request),
            adjustments=typed_adjustments(request.POST),
            reason=_reason(request),
        )

    return _decide(request, project_id, group_id, command, "Confirmed again.")


@require_POST
@page
def take_back(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    """Undo right after confirming: unlike unmatching, it refuses no pair."""
    seen, reason = _version(request), _reason(request)
    command = TakeBackConfirmation(project_id=project_id, group_id=group_id, expected_version=seen, reason=reason)
    return _decide(request, project_id, group_id, lambda: command, TAKEN_BACK)


@require_POST
@page
def reject(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    seen, reason = _version(request), _reason(request)
    command = RejectMatch(project_id=project_id, group_id=group_id, expected_version=seen, reason=reason)
    return _decide(request, project_id, group_id, lambda: command, REJECTED)


@require_POST
@page
def unmatch(request: HttpRequest, project_id: ProjectId, group_id: GroupId) -> HttpResponse:
    seen, reason = _version(request), _reason(request)
    command = Unmatch(project_id=project_id, group_id=group_id, expected_version=seen, reason=reason)
    return _decide(request, project_id, group_id, lambda: command, UNMATCHED)


def _decide(
    request: HttpRequest, project_id: ProjectId, group_id: GroupId, command: Callable[[], Decision], done: str
) -> HttpResponse:
    """Dispatch, then show the group as it is now: also when somebody else was faster."""
    context = frame(project_id, "matches")  # a stranger leaves here
    refused = _refusal(command)
    if request.headers.get("HX-Request") != "true":
        (messages.error if refused else messages.success)(request, refused or done)
        return redirect("matches", project_id)

    group = _group(project_id, group_id)
    context |= {"group_id": group_id, "group": group, "refused": refused, "done": refused or done}
    part = "group" if group else "group_gone"
    return fragment(request, f"reconciliation/parts/{part}.html", context)


def _refusal(command: Callable[[], Decision]) -> str:
    try:
        command_bus.dispatch(command())
    except NotFoundError:
        return GONE
    except DomainError as error:
        return told(error)
    return ""


def _group(project_id: ProjectId, group_id: GroupId) -> GroupRow | None:
    try:
        return query_bus.ask(GetGroup(project_id=project_id, group_id=group_id))
    except NotFoundError:  # rejected or unmatched: a group that is undone is gone
        return None


def _version(request: HttpRequest) -> int | None:
    seen = request.POST.get("version", "")
    return int(seen) if seen.isdecimal() else None


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()
