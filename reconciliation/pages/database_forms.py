"""What people say about databases and ask of them."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from projects.pages.forms import CommandForm
from reconciliation.ids import ConnectionId, SourceId
from reconciliation.pages.forms import offer
from reconciliation.queries.list_databases import DatabaseRow
from reconciliation.queries.list_sources import SourceRow


class ConnectionForm(CommandForm):
    """The password is typed each time: a form never gives it back."""

    name = forms.CharField(max_length=200)
    address = forms.CharField(
        max_length=500, help_text="postgresql://user@host:5432/name, without the password, or sqlite:////whole/path."
    )
    password = forms.CharField(
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Of a user that may only read, and only what is reconciled.",
    )


class ExtractionForm(CommandForm):
    """One query, and the source that its rows are imported into."""

    connection_id = forms.TypedChoiceField(coerce=lambda value: ConnectionId(int(value)), label="Database")
    source_id = forms.TypedChoiceField(coerce=lambda value: SourceId(int(value)), label="Source")
    statement = forms.CharField(
        label="Query",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
    )

    def __init__(
        self, typed: QueryDict | None, *, databases: Iterable[DatabaseRow], sources: Iterable[SourceRow]
    ) -> None:
        super().__init__(typed)
        offer(self, "connection_id", [(row.id, row.name) for row in databases if row.forgotten_at is None])
        offer(self, "source_id", [(row.id, f"{row.side.capitalize()}: {row.name}") for row in sources])
