"""Changing how a file is read: which column is what, and how numbers and dates are written."""

import json
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

    def document(self) -> dict[str, Any]:
        """The whole mapping as chosen; what the person changed is no longer undecided."""
        typed = self.cleaned_data
        document: dict[str, Any] = json.loads(json.dumps(self._document))
        document |= {name: typed[name] for name in (*TEXTS, *CONVENTIONS) if name != "sign"}
        document["sign"]["convention"] = typed["sign"]
        document["fields"] = {name: self._column(name) for name in self._targets() if typed[f"column:{name}"]}
        changed = {name.replace("column:", "fields.") for name in self.changed_data}
        document["undecided"] = [name for name in document.get("undecided", []) if name not in changed]
        return document

    def _column(self, name: str) -> dict[str, Any]:
        place = int(self.cleaned_data[f"column:{name}"])
        known: dict[str, Any] = self._document.get("fields", {}).get(name, {})
        return known if known.get("column") == place else {"column": place}


def answered(document: dict[str, Any], answers: dict[str, str]) -> dict[str, Any]:
    """The mapping with a person's answers to its questions."""
    changed: dict[str, Any] = json.loads(json.dumps(document))
    for decision, choice in answers.items():
        if decision == "sign":
            changed["sign"]["convention"] = choice
        elif decision.startswith("fields."):
            changed["fields"][decision.removeprefix("fields.")] = {"header": choice}
        else:
            changed[decision] = choice
    changed["undecided"] = [name for name in changed.get("undecided", []) if name not in answers]
    return changed
