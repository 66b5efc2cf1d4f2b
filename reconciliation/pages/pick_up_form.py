"""What an admin says about a folder."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from projects.pages.forms import CommandForm
from reconciliation.ids import SourceId
from reconciliation.pages.forms import offer
from reconciliation.queries.list_sources import SourceRow


class PickUpForm(CommandForm):
    """The folder of one source, and how often it is looked into."""

    source_id = forms.TypedChoiceField(coerce=lambda value: SourceId(int(value)), label="Source")
    url = forms.CharField(
        max_length=500,
        label="Folder",
        help_text="Its URL below a folder that this installation allows, such as file:///srv/inbox or s3://bank-files/in.",
    )
    pattern = forms.CharField(max_length=200, initial="*", label="Files", help_text="Names that fit, such as *.csv.")
    every_minutes = forms.IntegerField(min_value=1, initial=60, label="Look every so many minutes")
    when_done = forms.ChoiceField(
        choices=[("leave", "Leave them where they are"), ("move", "Move them into the folder “done”")],
        label="Files that are imported",
    )
    enabled = forms.BooleanField(required=False, initial=True, label="Pick up files by itself")

    def __init__(self, typed: QueryDict | None, *, sources: Iterable[SourceRow]) -> None:
        super().__init__(typed)
        offer(self, "source_id", [(source.id, f"{source.side.capitalize()}: {source.name}") for source in sources])
