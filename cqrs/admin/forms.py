"""What can be looked for."""

from django import forms

from cqrs.models import Delivery
from cqrs.registry import registry


class LogForm(forms.Form):
    stream = forms.CharField(required=False, widget=forms.TextInput({"placeholder": "order:7"}))
    name = forms.CharField(required=False, label="Event", widget=forms.TextInput({"list": "event-names"}))
    correlation_id = forms.CharField(required=False, label="Request")
    actor_name = forms.CharField(required=False, label="By")
    since = forms.DateTimeField(required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))
    until = forms.DateTimeField(required=False, widget=forms.DateTimeInput({"type": "datetime-local"}))

    def names(self) -> list[str]:
        return [entry.name for entry in registry.of_kind("event")]


class DeliveriesForm(forms.Form):
    status = forms.ChoiceField(required=False, choices=[("", "any"), *Delivery.Status.choices])
    subscriber_key = forms.CharField(required=False, label="Subscriber", widget=forms.TextInput({"list": "keys"}))
    order_key = forms.CharField(required=False, label="Order key")

    def names(self) -> list[str]:
        return sorted(registry.workers())
