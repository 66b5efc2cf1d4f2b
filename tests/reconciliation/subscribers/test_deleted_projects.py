from datetime import UTC, datetime

import pytest

from cqrs import command_bus
from cqrs.testing import drain
from projects.commands.archive_project import ArchiveProject
from projects.commands.delete_project import DeleteProject
from projects.ids import ProjectId
from reconciliation.models import (
    Adjustment,
    Import,
    MatchGroup,
    MatchLeg,
    NeverPair,
    Record,
    RejectedLineRow,
    Source,
    SourceMapping,
)
from reconciliation.storage import FileMissingError, Storage
from tests.reconciliation.importing import COFFEE, HEADER, MONTH, add_source, bring_in, texts

pytestmark = pytest.mark.django_db

OWN = HEADER + COFFEE + "2026-11-31;1.00;EUR;;No such day\n"
WITH_PROJECT = (Adjustment, Import, MatchGroup, MatchLeg, NeverPair, Record, Source)


def matched(project_id: ProjectId, group_id: int) -> None:
    """A group with its leg and adjustment, and a remembered negative."""
    MatchGroup.objects.create(id=group_id, project_id=project_id, score=0, scale=2, difference=0)
    MatchLeg.objects.create(
        group_id=group_id, record_id=group_id, project_id=project_id, side="left", amount=1, scale=2, confirmed=True
    )
    Adjustment.objects.create(group_id=group_id, project_id=project_id, kind="fee", amount=1, scale=2, currency="EUR")
    NeverPair.objects.create(
        project_id=project_id, left_record_id=1, right_record_id=2, decided_at=datetime(2026, 11, 3, tzinfo=UTC)
    )


def delete(project_id: ProjectId) -> None:
    command_bus.dispatch(ArchiveProject(project_id=project_id))
    command_bus.dispatch(DeleteProject(project_id=project_id))
    drain()


class TestDeletedProject:
    def test_takes_its_rows_with_it(self, project_id: ProjectId, other_project: ProjectId) -> None:
        """Nothing of it is left in any table, and nothing of another project is gone."""
        for number, project in enumerate((project_id, other_project), start=1):
            source_id = add_source(project)
            for content in (MONTH, OWN):
                bring_in(project, source_id, content)
            matched(project, number)
        kept = {model: model.objects.filter(project_id=other_project).count() for model in WITH_PROJECT}

        delete(project_id)

        assert kept == {model: model.objects.count() for model in WITH_PROJECT}
        assert 0 not in kept.values()
        assert (RejectedLineRow.objects.count(), SourceMapping.objects.count()) == (1, 1)
        assert len(texts(other_project)) == 4

    def test_takes_its_files_unless_others_have_them(
        self, project_id: ProjectId, other_project: ProjectId, storage: Storage
    ) -> None:
        """Bytes are stored once: those that another project uploaded too stay."""
        for project, contents in ((project_id, (MONTH, OWN)), (other_project, (MONTH,))):
            source_id = add_source(project)
            for content in contents:
                bring_in(project, source_id, content)
        shared, own = (
            Import.objects.filter(project_id=project_id, file_name="bank.csv")
            .order_by("id")
            .values_list("original_key", flat=True)
        )

        delete(project_id)

        assert len(MONTH) == storage.size(shared)
        with pytest.raises(FileMissingError):
            storage.size(own)
