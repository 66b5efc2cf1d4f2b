"""Changing how a file is read: which column is what, and how numbers and dates are written."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from projects.pages.forms import CommandForm
from reconciliation.queries.get_import import ImportDetail

COLUMNS = {
    "booking_date": "Booking date",
    "value_date": "Value date",
    "occurred_at": "Instant",
    "amount": "Amount",
    "debit": "Debit amount",
    "credit": "Credit amount",
    "indicator": "Debit or credit mark",
    "currency": "Currency",
    "reference": "Reference",
    "counterparty": "Counterparty",
    "text": "Text",
    "key": "Own key of a line",
    "account": "Account",
    "status": "Status",
    "balance": "Running balance",
}
CONVENTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "decimal_mark": ("Decimal mark", {".": "point: 1.50", ",": "comma: 1,50"}),
    "thousands_mark": ("Thousands mark", {"": "none", ".": "point", ",": "comma", "'": "apostrophe", " ": "space"}),
    "date_order": (
        "Order in a date",
        {"YMD": "year, month, day", "DMY": "day, month, year", "MDY": "month, day, year", "YDM": "year, day, month"},
    ),
    "sign": (
        "What the sign means",
        {
            "signed": "as written",
            "inverted": "the other way round",
            "indicator": "a mark beside the amount",
            "columns": "a column for debits, one for credits",
        },
    ),
}
TEXTS = {"encoding": "Encoding", "delimiter": "Delimiter", "currency": "Currency of the file"}


class MappingForm(CommandForm):
    """The mapping document as fields. What is left as it was stays as it was, also in ways the form does not show."""

    def __init__(self, typed: Any, *, found: ImportDetail) -> None:
        super().__init__(typed)
        self._document = found.mapping
        columns = [("", "not in the file"), *((str(place), header) for place, header in enumerate(found.header))]
        for name in self._targets():
            place = self._document.get("fields", {}).get(name, {}).get("column")
            self.fields[f"column:{name}"] = forms.ChoiceField(
                choices=columns,
                required=False,
                label=COLUMNS.get(name, name),
                initial="" if place is None else str(place),
            )
        for name, (label, choices) in CONVENTIONS.items():
            self.fields[name] = forms.ChoiceField(
                choices=list(choices.items()), required=False, label=label, initial=self._convention(name)
            )
        for name, label in TEXTS.items():
            self.fields[name] = forms.CharField(
                required=False, label=label, initial=self._document.get(name, ""), strip=False
            )

    def _targets(self) -> list[str]:
        extras = [name for name in self._document.get("fields", {}) if name not in COLUMNS]
        return [*COLUMNS, *extras]

    def _convention(self, name: str) -> str:
        return str(self._document["sign"]["convention"] if name == "sign" else self._document.get(name, ""))

    def column_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("column:"))

    def convention_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if not name.startswith("column:"))

    def changes(self) -> dict[str, Any]:
        """What the person decided otherwise; a field that is not in the file any more is null."""
        changes: dict[str, Any] = {}
        columns: dict[str, Any] = {}
        for name in self.changed_data:
            typed = self.cleaned_data[name]
            if name.startswith("column:"):
                columns[name.removeprefix("column:")] = {"column": int(typed)} if typed else None
            else:
                changes[name] = typed
        return changes | ({"fields": columns} if columns else {})


def in_words(decision: str, choice: str) -> str:
    """`DMY` as `day, month, year`, where there are words for it."""
    name = "date_order" if decision.endswith(".order") else decision
    return CONVENTIONS.get(name, ("", {}))[1].get(choice, choice)
