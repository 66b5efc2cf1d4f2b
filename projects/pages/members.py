"""Who works on a project, and in which role."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from projects.commands.add_member import AddMember
from projects.commands.change_member_role import ChangeMemberRole
from projects.commands.remove_member import RemoveMember
from projects.ids import ProjectId, Role, UserId
from projects.pages.base import attempt, frame, page
from projects.pages.forms import MemberForm

ROLES = (
    (Role.VIEWER, "Sees everything, decides nothing."),
    (Role.PREPARER, "Imports files, runs, confirms, rejects and matches by hand."),
    (Role.REVIEWER, "Also publishes the rules and approves what preparers decided."),
    (Role.ADMIN, "Also changes the project and its members."),
)


@page
def list_members(request: HttpRequest, project_id: ProjectId) -> HttpResponse:
    form = MemberForm(request.POST or None, initial={"role": Role.PREPARER})
    if request.method == "POST" and form.is_valid():
        form.dispatch(AddMember(project_id=project_id, **form.cleaned_data))
        if form.is_valid():
            messages.success(request, f"{form.cleaned_data['username']} is a member now.")
            return redirect("members", project_id)
    context = {**frame(project_id, "members"), "form": form, "roles": ROLES}
    return render(request, "projects/members.html", context)


@require_POST
@page
def change_role(request: HttpRequest, project_id: ProjectId, user_id: UserId) -> HttpResponse:
    chosen = request.POST.get("role", "")
    if chosen not in list(Role):
        raise Http404(chosen)
    command = ChangeMemberRole(project_id=project_id, user_id=user_id, role=Role(chosen))
    attempt(request, command, f"The role is {chosen} now.")
    return redirect("members", project_id)


@require_POST
@page
def remove_member(request: HttpRequest, project_id: ProjectId, user_id: UserId) -> HttpResponse:
    attempt(request, RemoveMember(project_id=project_id, user_id=user_id), "The person is no longer a member.")
    return redirect("members", project_id)
