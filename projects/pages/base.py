"""What every page shares: who may see it, how a refusal is shown, the frame around a project."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cqrs import Command, DomainError, InvalidMessageError, NotAllowedError, NotFoundError, command_bus, query_bus
from projects.ids import ProjectId, Role
from projects.queries.get_project import GetProject

P = ParamSpec("P")
T = TypeVar("T")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def page(view: View[P]) -> View[P]:
    """A page for people who are signed in; what the buses refuse becomes the site's own 400, 403 and 404."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if any("\0" in value for sent in (request.GET, request.POST) for _, values in sent.lists() for value in values):
            raise BadRequest("Null characters are not allowed.")
        try:
            return view(request, *args, **kwargs)
        except InvalidMessageError as error:  # a cursor that no page gave: what is typed into forms is told there
            raise BadRequest(told(error)) from error
        except NotFoundError as error:
            raise Http404(told(error)) from error
        except NotAllowedError as error:
            raise PermissionDenied(told(error)) from error

    return login_required(answer)


def told(error: DomainError) -> str:
    """What the person reads: the error's own sentence, then what is particular about this case."""
    if isinstance(error, InvalidMessageError) and error.fields:
        return " ".join(text for texts in error.fields.values() for text in texts)
    if error.detail in {"", error.text}:
        return error.text
    return f"{error.text} {error.detail}" if error.detail.endswith(".") else f"{error.text} ({error.detail})"


def attempt(request: HttpRequest, command: Command[T], done: str) -> T | None:
    """Dispatch and say so where the person looks; None when it was refused. A stranger still gets a 404."""
    try:
        answer = command_bus.dispatch(command)
    except NotFoundError:
        raise
    except DomainError as error:
        messages.error(request, told(error))
        return None
    if done:
        messages.success(request, done)
    return answer


def frame(project_id: ProjectId, section: str) -> dict[str, object]:
    """The context of a project's page: the project, the section of its menu, what this member may do."""
    project = query_bus.ask(GetProject(project_id=project_id))
    role = project.role or Role.VIEWER
    return {
        "project": project,
        "section": section,
        "may_prepare": role.includes(Role.PREPARER) and not project.archived,
        "may_publish": role.includes(Role.REVIEWER) and not project.archived,
        "may_administer": role.includes(Role.ADMIN),
    }


def fragment(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """A part of a page for htmx, with the messages of this request beside it."""
    return render(request, template, {**context, "is_fragment": True}, status=status)
