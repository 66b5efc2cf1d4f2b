"""Where a source begins, and what was open then."""

from decimal import Decimal
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
from reconciliation.commands.enter_opening_items import EnterOpeningItems, OpeningItem
from reconciliation.commands.set_cut_over import SetCutOver
from reconciliation.ids import SourceId
from reconciliation.queries.get_source import GetSource
from reconciliation.queries.list_statements import ListStatements

PARTS = ("date", "amount", "currency", "reference", "text")
NEEDED = 3
EXAMPLE = "2026-10-30; -120.00; EUR; INV-7; Rent"


class CutOverForm(CommandForm):
    """The day, and what the account stood at in one currency; several take the API."""

    cut_over_date = forms.DateField(
        required=False,
        label="Begins on",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Lines that are dated before are accounted for, but not imported. Left empty, there is no cut-over.",
    )
    balance = forms.DecimalField(required=False, max_digits=30, label="Balance at the beginning")
    currency = forms.RegexField(r"[A-Z]{3}", required=False, label="Its currency", help_text="For example EUR.")
    reason = forms.CharField(required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (cleaned.get("balance") is None) != (not cleaned.get("currency")):
            raise ValidationError("A balance needs its currency, and a currency a balance.")
        return cleaned

    def balances(self) -> dict[str, Decimal]:
        balance = self.cleaned_data["balance"]
        return {} if balance is None else {self.cleaned_data["currency"]: balance}


class OpeningItemsForm(CommandForm):
    """One item on each line."""

    items = forms.CharField(
        label="Opening items",
        widget=forms.Textarea(
            attrs={"rows": 8, "class": "mono", "placeholder": "2026-10-30; -120.00; EUR; INV-7; Rent"}
        ),
        help_text="One on each line: date; amount; currency; reference; text. The last two may be left out.",
    )

    def clean_items(self) -> tuple[OpeningItem, ...]:
        lines = [line for line in self.cleaned_data["items"].splitlines() if line.strip()]
        return tuple(_item(number, line) for number, line in enumerate(lines, start=1))


def _item(number: int, line: str) -> OpeningItem:
    parts = [part.strip() for part in line.split(";")]
    if not NEEDED <= len(parts) <= len(PARTS):
        raise ValidationError(f"Line {number} has {len(parts)} parts, not {NEEDED} to {len(PARTS)}.")
    typed = dict(zip(PARTS, [*parts, "", ""], strict=False))
    try:
        return OpeningItem(
            booking_date=forms.DateField().clean(typed["date"]),
            amount=forms.DecimalField(max_digits=30).clean(typed["amount"]),
            currency=forms.RegexField(r"[A-Z]{3}").clean(typed["currency"]),
            reference=typed["reference"],
            text=typed["text"],
        )
    except ValidationError as error:
        raise ValidationError(f"Line {number}: {' '.join(error.messages)}") from error


@page
def cut_over(request: HttpRequest, project_id: ProjectId, source_id: SourceId) -> HttpResponse:
    context = frame(project_id, "imports")
    statements = query_bus.ask(ListStatements(project_id=project_id, source_id=source_id))
    forms_of_page = _forms(request, {"cut_over_date": statements.cut_over_date})
    done = _dispatched(*forms_of_page, project_id=project_id, source_id=source_id)
    if done:
        messages.success(request, done)
        return redirect("source", project_id, source_id)
    context |= {
        "source": query_bus.ask(GetSource(project_id=project_id, source_id=source_id)),
        "statements": statements,
        "cut_over_form": forms_of_page[0],
        "items_form": forms_of_page[1],
    }
    return render(request, "reconciliation/cut_over.html", context)


def _forms(request: HttpRequest, initial: dict[str, Any]) -> tuple[CutOverForm, OpeningItemsForm]:
    """Bound is the one that was sent."""
    is_sent = request.method == "POST"
    items_sent = is_sent and "items" in request.POST
    return (
        CutOverForm(request.POST if is_sent and not items_sent else None, initial=initial),
        OpeningItemsForm(request.POST if items_sent else None),
    )


def _dispatched(day: CutOverForm, items: OpeningItemsForm, *, project_id: ProjectId, source_id: SourceId) -> str:
    """What to say of it; nothing while there is nothing done."""
    if day.is_bound and day.is_valid():
        command = SetCutOver(
            project_id=project_id,
            source_id=source_id,
            cut_over_date=day.cleaned_data["cut_over_date"],
            opening_balances=day.balances(),
            reason=day.cleaned_data["reason"],
        )
        day.dispatch(command)
        return "The cut-over is set." if day.is_valid() else ""
    if items.is_bound and items.is_valid():
        items.dispatch(EnterOpeningItems(project_id=project_id, source_id=source_id, items=items.cleaned_data["items"]))
        return "The opening items are being imported." if items.is_valid() else ""
    return ""
