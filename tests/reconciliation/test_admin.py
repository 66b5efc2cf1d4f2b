import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from projects.ids import ProjectId
from reconciliation.models import Import
from tests.reconciliation.importing import MONTH, add_source, bring_in

MODELS = ["source", "sourcemapping", "import", "record", "rulesetversion", "run", "matchgroup", "neverpair"]


@pytest.fixture
def staff(db: None, client: Client) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_tables_can_be_looked_at_and_not_added_to(staff: Client, project_id: ProjectId, model: str) -> None:
    """Each list opens; there is no form to add a row behind the commands' back."""
    bring_in(project_id, add_source(project_id), MONTH)

    assert staff.get(reverse(f"admin:reconciliation_{model}_changelist")).status_code == 200
    assert staff.get(reverse(f"admin:reconciliation_{model}_add")).status_code == 403


def test_a_row_can_be_neither_changed_nor_deleted(staff: Client, project_id: ProjectId) -> None:
    """Even a superuser changes an import by commands only."""
    import_id = bring_in(project_id, add_source(project_id), MONTH).row.id

    page = reverse("admin:reconciliation_import_change", args=[import_id])
    assert staff.get(page).status_code == 200
    assert staff.post(page, {"file_name": "other.csv"}).status_code == 403
    assert staff.post(reverse("admin:reconciliation_import_delete", args=[import_id])).status_code == 403
    assert Import.objects.get().file_name == "bank.csv"
