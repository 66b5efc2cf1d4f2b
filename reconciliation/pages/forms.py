"""What people choose and type on the analyst's pages."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from projects.pages.forms import CommandForm
from reconciliation.ids import RuleSetId, Side, SourceId
from reconciliation.queries.list_rule_sets import RuleSetRow
from reconciliation.queries.list_sources import SourceRow


def offer(form: forms.Form, name: str, choices: Sequence[tuple[int | str, str]]) -> None:
    """Give a field the choices that are known only now."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _of_side(sources: Iterable[SourceRow], side: Side) -> list[tuple[int, str]]:
    return [(source.id, source.name) for source in sources if source.side == side]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; each is checked as a single one is."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(file, initial) for file in given or [None]]


class UploadForm(CommandForm):
    """Files for one side, into a source that is there or a new one."""

    file = FilesField(error_messages={"required": "Choose a file.", "empty": "The file is empty."})
    source = forms.TypedChoiceField(
        required=False, coerce=lambda value: SourceId(int(value)), empty_value=None, label="Source"
    )
    name = forms.CharField(
        required=False,
        max_length=200,
        label="Name of a new source",
        help_text="The system the files come from. Left empty, it is named after the first of them.",
    )

    def __init__(
        self,
        typed: QueryDict | None,
        files: MultiValueDict[str, Any] | None,
        *,
        side: Side,
        sources: Iterable[SourceRow],
    ) -> None:
        super().__init__(typed, files, prefix=side)
        self.side = side
        known = _of_side(sources, side)
        self.fields["file"].widget.attrs["aria-label"] = f"File for the {side} side"
        if not known:
            del self.fields["source"]
            return
        offer(self, "source", [*known, ("", "A new source")])
        self.fields["source"].initial = known[0][0]


class StartRunForm(CommandForm):
    """What a run is started with; everything may be left as it is."""

    rule_set_id = forms.TypedChoiceField(
        required=False, coerce=lambda value: RuleSetId(int(value)), empty_value=None, label="Rules"
    )
    left_source_id = forms.TypedChoiceField(
        required=False, coerce=lambda value: SourceId(int(value)), empty_value=None, label="Left side"
    )
    right_source_id = forms.TypedChoiceField(
        required=False, coerce=lambda value: SourceId(int(value)), empty_value=None, label="Right side"
    )
    cut_off = forms.DateField(
        required=False,
        label="Cut-off",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Records dated later are left out.",
    )

    def __init__(
        self, typed: QueryDict | None, *, sources: Iterable[SourceRow], rule_sets: Iterable[RuleSetRow]
    ) -> None:
        super().__init__(typed)
        versions = [(row.id, f"{row.name}, version {row.version}") for row in rule_sets]
        self.has_rule_sets = bool(versions)
        offer(self, "rule_set_id", [("", "The newest"), *versions])
        offer(self, "left_source_id", [("", "All sources"), *_of_side(sources, Side.LEFT)])
        offer(self, "right_source_id", [("", "All sources"), *_of_side(sources, Side.RIGHT)])


class RuleSetForm(CommandForm):
    """A rule set as the document that the API and the command line take too."""

    name = forms.CharField(max_length=200)
    note = forms.CharField(required=False, max_length=500, help_text="What changes, and why.")
    document = forms.CharField(
        label="Document", widget=forms.Textarea(attrs={"class": "code", "rows": 30, "spellcheck": "false"})
    )

    def clean_document(self) -> dict[str, Any]:
        try:
            document = json.loads(self.cleaned_data["document"])
        except json.JSONDecodeError as error:
            raise ValidationError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from error
        except RecursionError as error:
            raise ValidationError("The document is nested too deeply.") from error
        if not isinstance(document, dict):
            raise ValidationError("The document is an object: it starts with { and ends with }.")
        return document


class AutomaticRunsForm(CommandForm):
    """Whether the project runs by itself, and after how many hours it reminds of a side that is missing."""

    enabled = forms.BooleanField(required=False, label="Run as soon as both sides have arrived")
    remind_after_hours = forms.IntegerField(
        min_value=1,
        label="Remind after hours",
        help_text="When only one side has arrived for so long, this page says which one is missing.",
    )
