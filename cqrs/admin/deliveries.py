"""The deliveries: backlog, list, one delivery with what can be done about it, and its dry run."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from cqrs import Command, DomainError, Page, command_bus
from cqrs.admin.forms import DeliveriesForm
from cqrs.admin.pages import OperatorAdmin, links
from cqrs.commands.dry_run_delivery import DryRunDelivery
from cqrs.commands.replay_event import ReplayEvent
from cqrs.commands.retry_delivery import RetryDelivery
from cqrs.commands.skip_delivery import SkipDelivery
from cqrs.models import Delivery
from cqrs.queries.get_backlog import GetBacklog
from cqrs.queries.get_delivery import GetDelivery
from cqrs.queries.list_deliveries import ListDeliveries
from cqrs.queries.rows import DeliveryRow

Make = Callable[[DeliveryRow, str], Command[Any]]

# What the buttons say: the command for one row and a reason, and what is told when it was done.
_ACTIONS: dict[str, tuple[Make, str]] = {
    "retry": (lambda row, _: RetryDelivery(delivery_id=row.id), "to be tried again"),
    "skip": (lambda row, reason: SkipDelivery(delivery_id=row.id, reason=reason), "skipped"),
    "replay": (
        lambda row, _: ReplayEvent(event_id=row.event_id, subscriber_key=row.subscriber_key),
        "to be delivered again",
    ),
}


@admin.register(Delivery)
class DeliveryAdmin(OperatorAdmin):
    def get_urls(self) -> list[URLPattern]:
        dry_run = self.admin_site.admin_view(require_POST(self.dry_run_view))
        return [
            path("backlog/", self.admin_site.admin_view(self.backlog_view), name="cqrs_backlog"),
            path("<int:number>/dry-run/", dry_run, name="cqrs_dry_run"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002  # Django's signature
        """The list; a POST does one thing to the chosen rows."""
        if request.method == "POST":
            chosen = [int(number) for number in request.POST.getlist("chosen") if number.isdecimal()]
            self._act(request, [self.ask(GetDelivery(delivery_id=number)).delivery for number in chosen])
            return redirect(request.get_full_path())
        form = DeliveriesForm(request.GET)
        found: Page[DeliveryRow] = Page(items=())
        if form.is_valid():
            found = self.ask(ListDeliveries(**form.cleaned_data, after=request.GET.get("after")))
        title = "Dead letters" if request.GET.get("status") == Delivery.Status.DEAD else "Deliveries"
        return self.show(request, "deliveries", title, form=form, found=found, **links(request, found.next))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002  # Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  # the same
    ) -> HttpResponse:
        """One delivery and what was decided about it; a POST retries, skips or replays it."""
        detail = self.ask(GetDelivery(delivery_id=int(object_id) if object_id.isdecimal() else 0))
        if request.method == "POST":
            self._act(request, [detail.delivery])
            return redirect(request.path)
        return self.show(request, "delivery", f"Delivery {object_id}", row=detail.delivery, decided=detail.decided)

    def backlog_view(self, request: HttpRequest) -> HttpResponse:
        return self.show(request, "backlog", "Backlog", rows=self.ask(GetBacklog()))

    def dry_run_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Not by GET: it locks what the subscriber locks, for as long as it runs."""
        try:
            outcome = command_bus.dispatch(DryRunDelivery(delivery_id=number))
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(reverse("admin:cqrs_delivery_change", args=[number]))
        row = self.ask(GetDelivery(delivery_id=number)).delivery
        return self.show(request, "dry_run", "Dry run", row=row, outcome=outcome)

    def _act(self, request: HttpRequest, rows: list[DeliveryRow]) -> None:
        if (action := _ACTIONS.get(request.POST.get("action", ""))) is None:
            self.message_user(request, "Say what to do.", messages.ERROR)
            return
        make, done = action
        reason = request.POST.get("reason", "")
        self.dispatch(request, [make(row, reason) for row in rows], done)
