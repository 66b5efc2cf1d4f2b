from collections import Counter
from decimal import Decimal

import pytest

from cqrs.testing import captured_events
from projects.ids import ProjectId
from reconciliation.events import FileImported
from reconciliation.models import Import, ImportStatus, Record
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, RENT, SALARY, add_source, bring_in, texts

pytestmark = pytest.mark.django_db


class TestCommittedFile:
    def test_becomes_records(self, project_id: ProjectId) -> None:
        """Every line is a record with exact money; the event tells once what came in."""
        with captured_events() as events:
            detail = bring_in(project_id, add_source(project_id), MONTH)

        assert ImportStatus.COMMITTED == detail.row.status
        assert ["Coffee", "Coffee", "Rent November", "Salary"] == texts(project_id)
        assert Decimal("1544.50") == sum(record.money or 0 for record in Record.objects.all())
        imported = [event for event in events if isinstance(event, FileImported)]
        assert [(4, 0, 0)] == [(event.records, event.duplicates, event.rejected) for event in imported]
