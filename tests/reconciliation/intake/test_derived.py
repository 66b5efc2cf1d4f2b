"""A field of a mapping's own making says nothing new about a line."""

import pytest

from cqrs import command_bus
from projects.ids import ProjectId
from reconciliation.commands.change_mapping import ChangeMapping
from reconciliation.models import Record
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, RENT, add_source, bring_in, commit, texts, upload

pytestmark = pytest.mark.django_db

NEW = "2026-11-28;-12.00;EUR;;Late lunch\n"


def test_an_overlap_stays_an_overlap_when_a_key_is_made(project_id: ProjectId) -> None:
    """A key made out of the text with the second file does not make new lines of those that are there."""
    source_id = add_source(project_id)
    bring_in(project_id, source_id, MONTH)
    second = upload(project_id, source_id, HEADER + RENT + COFFEE + NEW)
    steps = [{"kind": "digits", "target": "contract", "of": "Reference"}]
    command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=second, mapping={"transformations": steps}))

    found = commit(project_id, second)

    assert (found.row.records, found.row.duplicates) == (1, 2)
    assert texts(project_id).count("Coffee") == 2
    assert Record.objects.published(project_id).filter(text="Late lunch").count() == 1
