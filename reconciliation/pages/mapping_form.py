"""Changing how a file is read: which column is what, how numbers and dates are written, what is made of the cells."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from django import forms
from django.forms import BoundField

from cqrs import Command, DomainError, InvalidMessageError, NotFoundError, command_bus
from projects.pages.base import told
from reconciliation.pages.decisions_in_words import COLUMNS, CONVENTIONS, TEXTS
from reconciliation.pages.step_forms import StepForm, sent_steps, shown_steps
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.preview_mapping import MappingPreview

Shown: TypeAlias = ImportDetail | MappingPreview
_EXAMPLE = 24
_STEP = re.compile(r"transformations\[(\d+)\]\.?(.*)")


class MappingForm(forms.Form):
    """The decisions of a mapping as fields. What is left as it was stays as it was, also in ways the form does not
    show. `shown` is how the file would be read as the form was made.
    """

    def __init__(self, typed: Any, *, shown: Shown) -> None:
        super().__init__(typed)
        self._document = shown.mapping
        self._columns = _columns(shown)
        self.questions = shown.questions
        self.evidence = {row.decision: row for row in shown.evidence}
        asked = {question.decision for question in shown.questions}
        for name in (*COLUMNS, *(name for name in self._document["fields"] if name not in COLUMNS)):
            self._add_column(name)
        self._add_conventions(asked)
        for question in shown.questions:
            choices = [(choice, choice) for choice in question.choices]
            self.fields[f"answer:{question.decision}"] = forms.ChoiceField(choices=choices, required=False)
        inputs = [(name, name) for name in dict.fromkeys((*self._document["fields"], *filter(None, shown.header)))]
        made = [step["target"] for step in self._document["transformations"] if "target" in step]
        inputs += [(name, name) for name in dict.fromkeys(made) if name not in self._document["fields"]]
        self.inputs = inputs
        self.steps: list[StepForm] = (
            sent_steps(typed, inputs)
            if typed is not None and "steps" in typed
            else shown_steps(self._document["transformations"], inputs)
        )

    def _add_column(self, name: str) -> None:
        place = self._document["fields"].get(name, {}).get("column")
        self.fields[f"column:{name}"] = forms.ChoiceField(
            choices=self._columns,
            required=False,
            label=COLUMNS.get(name, name.replace("_", " ").capitalize()),
            initial="" if place is None else str(place),
        )

    def _add_conventions(self, asked: set[str]) -> None:
        for name, (label, choices) in CONVENTIONS.items():
            if name not in asked:
                self.fields[name] = forms.ChoiceField(
                    choices=list(choices.items()), required=False, label=label, initial=self._convention(name)
                )
        for name, label in TEXTS.items():
            value = self._document.get(name)
            self.fields[name] = forms.CharField(
                required=False, label=label, initial="" if value is None else str(value), strip=False
            )
        if not self._document["sheet"]:
            del self.fields["sheet"]

    def _convention(self, name: str) -> str:
        return str(self._document["sign"]["convention"] if name == "sign" else self._document.get(name, ""))

    def found_columns(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if name.startswith("column:") and self._is_shown(name))

    def other_columns(self) -> Iterator[BoundField]:
        """What the file has no column for."""
        return (self[name] for name in self.fields if name.startswith("column:") and not self._is_shown(name))

    def _is_shown(self, name: str) -> bool:
        return bool(self.fields[name].initial or self[name].value()) or name in ("column:booking_date", "column:amount")

    def convention_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.fields if not name.startswith(("column:", "answer:")))

    def answers(self) -> Iterator[tuple[Any, BoundField]]:
        return ((question, self[f"answer:{question.decision}"]) for question in self.questions)

    def changes(self, steps: Sequence[StepForm]) -> dict[str, Any]:
        """What the person decided otherwise; a field that is not in the file any more is null."""
        changes: dict[str, Any] = {}
        columns: dict[str, Any] = {}
        for name in (name for name in self.changed_data if name in self.data):
            typed = self.cleaned_data.get(name)
            if name.startswith("column:"):
                columns[name.removeprefix("column:")] = {"column": int(typed)} if typed else None
            elif not name.startswith("answer:"):
                changes[name] = typed
        for question in self.questions:
            if answer := self.cleaned_data.get(f"answer:{question.decision}"):
                changes[question.decision] = answer
        documents = [step.document() for step in steps]
        if documents != self._document["transformations"]:
            changes["transformations"] = documents
        return changes | ({"fields": columns} if columns else {})

    def send(self, command: Command[None]) -> None:
        """Dispatches; what is refused is told beside its decision."""
        try:
            command_bus.dispatch(command)
        except InvalidMessageError as error:
            self.refuse(error.fields, self.steps)
        except NotFoundError:
            raise
        except DomainError as error:
            self.add_error(None, told(error))

    @property
    def is_refused(self) -> bool:
        return bool(self.errors or any(step.errors for step in self.steps))

    def refuse(self, errors: dict[str, list[str]], steps: Sequence[StepForm]) -> None:
        """Each error beside the decision that it is about; what has no place of its own on top."""
        for field, texts in errors.items():
            key = field.removeprefix("mapping").removeprefix(".")
            step = _STEP.match(key)
            if step and int(step[1]) < len(steps):
                steps[int(step[1])].refuse(step[2].partition(".")[0], texts)
            else:
                name = key.replace("fields.", "column:", 1) if key.startswith("fields.") else key
                self.add_error(name if name in self.fields else None, texts)


def _columns(shown: Shown) -> list[tuple[str, str]]:
    """Each column with an example of what stands in it."""
    first = shown.preview[0].cells if shown.preview else ()
    named = [("", "not in the file")]
    for place in range(shown.mapping["columns"]):
        header = shown.header[place] if place < len(shown.header) else ""
        example = first[place].strip()[:_EXAMPLE] if place < len(first) and first[place] else ""
        named.append((str(place), (header or f"column {place + 1}") + (f" · {example}" if example else "")))
    return named
