"""What the operators' pages share: who may see them, how they ask, how they tell what came of a command."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from cqrs import (
    Command,
    DomainError,
    InvalidMessageError,
    NotAllowedError,
    NotFoundError,
    Query,
    command_bus,
    query_bus,
)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Model]
else:
    ModelAdmin = admin.ModelAdmin  # generic for mypy only

R = TypeVar("R")


class OperatorAdmin(ModelAdmin):
    """Pages of our own in the places of Django's, which would count all rows and edit them."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  # Django's signature
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # the same
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  # the same
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002  # the same
        return False

    def show(self, request: HttpRequest, page: str, title: str, **context: Any) -> HttpResponse:
        frame = self.admin_site.each_context(request)
        return TemplateResponse(request, f"admin/cqrs/{page}.html", {**frame, "title": title, "page": page, **context})

    def ask(self, query: Query[R]) -> R:
        try:
            return query_bus.ask(query)
        except NotFoundError as error:
            raise Http404(str(error)) from error
        except NotAllowedError as error:
            raise PermissionDenied(str(error)) from error
        except InvalidMessageError as error:  # a cursor that no page gave
            raise BadRequest(str(error)) from error

    def dispatch(self, request: HttpRequest, commands: Iterable[Command[Any]], done: str) -> None:
        """Each by itself: one that is refused does not hold up the others."""
        count = 0
        for command in commands:
            try:
                command_bus.dispatch(command)
                count += 1
            except DomainError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
        if count:
            self.message_user(request, f"{count} {done}.", messages.SUCCESS)


def links(request: HttpRequest, cursor: str | None) -> dict[str, str]:
    """The addresses of the first and the next page of the same search; "" where the page is that one or the last."""
    given = request.GET.copy()
    here = given.pop("after", None)
    newest = f"?{given.urlencode()}" if here else ""
    given["after"] = cursor or ""
    return {"newest": newest, "older": f"?{given.urlencode()}" if cursor else ""}
