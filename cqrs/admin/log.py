"""The event log: its list, one event, one request as a picture, and the flow."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from cqrs import Page
from cqrs.admin.forms import LogForm
from cqrs.admin.pages import OperatorAdmin, links
from cqrs.admin.picture import picture
from cqrs.commands.replay_event import ReplayEvent
from cqrs.models import StoredEvent
from cqrs.queries.get_conversation import GetConversation
from cqrs.queries.get_event import GetEvent
from cqrs.queries.get_flow import GetFlow
from cqrs.queries.list_events import ListEvents
from cqrs.queries.rows import EventRow

_FLOW_OF = 20_000


@admin.register(StoredEvent)
class LogAdmin(OperatorAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("request/<str:correlation_id>/", view(self.conversation_view), name="cqrs_conversation"),
            path("flow/", view(self.flow_view), name="cqrs_flow"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002  # Django's signature
        form = LogForm(request.GET)
        found: Page[EventRow] = Page(items=())
        if form.is_valid():
            found = self.ask(ListEvents(**form.cleaned_data, after=request.GET.get("after")))
        return self.show(request, "log", "Events", form=form, found=found, **links(request, found.next))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002  # Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  # the same
    ) -> HttpResponse:
        """One event; a POST replays it to a subscriber."""
        detail = self.ask(GetEvent(event=object_id))
        if request.method == "POST":
            key = request.POST.get("subscriber_key", "")
            replay = ReplayEvent(event_id=UUID(str(detail.event.id)), subscriber_key=key)
            self.dispatch(request, [replay], f"to be delivered to {key}")
            return redirect(request.path)
        return self.show(request, "event", detail.event.name, detail=detail)

    def conversation_view(self, request: HttpRequest, correlation_id: str) -> HttpResponse:
        conversation = self.ask(GetConversation(correlation_id=correlation_id))
        return self.show(
            request, "conversation", "One request", conversation=conversation, picture=picture(conversation)
        )

    def flow_view(self, request: HttpRequest) -> HttpResponse:
        edges = self.ask(GetFlow(last=_FLOW_OF))
        differing = sum(1 for edge in edges if edge.differs)
        return self.show(request, "flow", "Flow", edges=edges, differing=differing, last=_FLOW_OF)
