"""The transformations of a mapping as forms: each kind's own fields become its inputs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

import msgspec
from django import forms
from django.forms import BoundField

from reconciliation.formats.transformations.registry import kinds

MOST = 50
_SPARE_PARTS, _SPARE_LINES = 1, 2
_LEAST_PARTS = 2


def labels() -> list[tuple[str, str]]:
    """What can be added: kind and label, in the order a person looks for them."""
    return sorted(((name, kind.label()) for name, kind in kinds().items()), key=lambda item: item[1])


class StepForm(forms.Form):
    """One transformation. What is typed wrongly is told by the query that previews it, beside the field."""

    def __init__(
        self, typed: Any, *, place: int, document: Mapping[str, Any], inputs: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(typed, prefix=f"step-{place}")
        self.place = place
        self.kind = kinds()[document["kind"]]
        self._inputs = inputs
        self._typed = typed
        self.fields["kind"] = forms.CharField(widget=forms.HiddenInput, initial=document["kind"])
        for field in msgspec.structs.fields(self.kind):
            self._add(field, document.get(field.name))

    def _add(self, field: msgspec.structs.FieldInfo, value: Any) -> None:
        if field.name == "target" and field.default != msgspec.NODEFAULT:
            return  # a step that is about amounts has no other
        if field.name == "table":
            self._add_table(dict(value or {}))
        elif field.name == "of" and self._takes_several:
            self._add_parts(list(value or ()))
        else:
            made = self._field(field)
            made.initial = _shown(field, value)
            self.fields[field.name] = made

    @property
    def _takes_several(self) -> bool:
        return self.kind.kind() == "concatenate"

    def _field(self, field: msgspec.structs.FieldInfo) -> forms.Field:
        kind, about = _about(field)
        told: dict[str, Any] = {"label": about.title or field.name, "required": False, "help_text": about.description}
        if field.name == "of":
            return forms.ChoiceField(choices=[("", "the field itself"), *self._inputs], **told)
        if choices := [choice for choice in get_args(kind) if isinstance(choice, str)]:
            return forms.ChoiceField(choices=[(choice, choice) for choice in choices], **told)
        if int in get_args(kind):
            return forms.IntegerField(**told)
        widget = forms.TextInput(attrs={"list": "standard-fields"} if field.name == "target" else {"class": "mono"})
        return forms.CharField(strip=False, widget=widget, **told)

    def _add_parts(self, parts: list[str]) -> None:
        given = self._indexes("of")
        for number in range(max(len(parts), given, _LEAST_PARTS - _SPARE_PARTS) + _SPARE_PARTS):
            self.fields[f"of-{number}"] = forms.ChoiceField(
                choices=[("", "nothing more"), *self._inputs],
                required=False,
                label=f"Part {number + 1}",
                initial=parts[number] if number < len(parts) else "",
            )

    def _add_table(self, table: dict[str, str]) -> None:
        lines = list(table.items())
        for number in range(max(len(lines), self._indexes("key")) + _SPARE_LINES):
            key, value = lines[number] if number < len(lines) else ("", "")
            for name, label, initial in (("key", "In the file", key), ("value", "Becomes", value)):
                widget = forms.TextInput(attrs={"aria-label": f"{label}, line {number + 1}", "class": "mono"})
                self.fields[f"{name}-{number}"] = forms.CharField(
                    required=False, strip=False, label=label, initial=initial, widget=widget
                )

    def _indexes(self, name: str) -> int:
        """How many filled inputs of this name were sent."""
        start = f"{self.prefix}-{name}-"
        sent = self._typed or {}
        return max((int(key[len(start) :]) + 1 for key in sent if key.startswith(start) and sent[key]), default=0)

    def value_of(self, name: str) -> str:
        return str(self[name].value() or "")

    def document(self) -> dict[str, Any]:
        """As the mapping has it; what is left empty is left out."""
        document: dict[str, Any] = {"kind": self.kind.kind()}
        if self._takes_several:
            document["of"] = [part for part in map(self.value_of, self._named("of-")) if part]
        keys = [name.removeprefix("key-") for name in self._named("key-")]
        if keys:
            pairs = ((self.value_of(f"key-{number}"), self.value_of(f"value-{number}")) for number in keys)
            document["table"] = {key: value for key, value in pairs if key or value}
        for name in self.fields:
            if name != "kind" and not name.startswith(("of-", "key-", "value-")) and (value := self.value_of(name)):
                document[name] = int(value) if name == "decimals" and value.isdecimal() else value
        return document

    def is_complete(self) -> bool:
        """Whether everything that the step needs is there: what is still being typed is not previewed."""
        document = self.document()
        needed = (field for field in msgspec.structs.fields(self.kind) if field.required)
        return all(document.get(field.name) for field in needed)

    def _named(self, start: str) -> list[str]:
        return [name for name in self.fields if name.startswith(start)]

    @property
    def name(self) -> str:
        return self.kind.kind()

    @property
    def label(self) -> str:
        return self.kind.label()

    def kind_field(self) -> BoundField:
        return self["kind"]

    def all_errors(self) -> list[str]:
        """What stands on top of the step; errors of its inputs, by their labels, for a page that keeps its inputs."""
        return [
            str(text) if name == "__all__" else f"{self.fields[name].label}: {text}"
            for name, texts in self.errors.items()
            for text in texts
        ]

    def plain_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name != "kind" and not name.startswith(("key-", "value-")))

    def pairs(self) -> Iterator[tuple[BoundField, BoundField]]:
        for name in self._named("key-"):
            yield self[name], self[name.replace("key-", "value-")]

    def refuse(self, field: str, texts: list[str]) -> None:
        """At the input the error is about; else on top of the step."""
        name = {"table": "key-0"}.get(field, field.replace("of[", "of-").rstrip("]"))
        if self.is_bound:
            self.add_error(name if name in self.fields else None, texts)


def sent_steps(typed: Any, inputs: Sequence[tuple[str, str]]) -> list[StepForm]:
    """Those that the page has, as they were sent."""
    written = typed.get("steps", "0")
    number = min(int(written), MOST) if written.isascii() and written.isdecimal() else 0
    sent = [(place, typed.get(f"step-{place}-kind", "")) for place in range(number)]
    return [
        StepForm(typed, place=place, document={"kind": kind}, inputs=inputs) for place, kind in sent if kind in kinds()
    ]


def shown_steps(documents: Sequence[Mapping[str, Any]], inputs: Sequence[tuple[str, str]]) -> list[StepForm]:
    return [StepForm(None, place=place, document=document, inputs=inputs) for place, document in enumerate(documents)]


def rearranged(steps: Sequence[StepForm], typed: Any) -> list[dict[str, Any]]:
    """The documents of the steps, with one added, removed or moved up, as a button of the page said."""
    documents = [step.document() for step in steps]
    if (kind := typed.get("add-step", "")) in kinds() and len(documents) < MOST:
        documents.append({"kind": kind})
    place = _place(typed, "remove-step", documents)
    if place is not None:
        del documents[place]
    place = _place(typed, "raise-step", documents)
    if place:
        documents[place - 1 : place + 1] = [documents[place], documents[place - 1]]
    return documents


def _place(typed: Any, button: str, documents: Sequence[Any]) -> int | None:
    written = typed.get(button, "")
    return int(written) if written.isascii() and written.isdecimal() and int(written) < len(documents) else None


def _about(field: msgspec.structs.FieldInfo) -> tuple[Any, msgspec.Meta]:
    annotated = getattr(field.type, "__metadata__", None)
    return (get_args(field.type)[0], annotated[0]) if annotated else (field.type, msgspec.Meta())


def _shown(field: msgspec.structs.FieldInfo, value: Any) -> Any:
    return value if value is not None else field.default if isinstance(field.default, str | int) else ""
