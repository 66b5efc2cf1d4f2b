"""The administration's view of projects: read only, actions by command."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from projects.ids import ProjectId
from projects.models import Project
from tests.factories import UserFactory, make_project


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser(username="root", password="irrelevant here")


@pytest.fixture
def site(client: Client, operator: User) -> Client:
    client.force_login(operator)
    return client


class TestProjectAdmin:
    def test_shows_but_does_not_edit(self, site: Client, operator: User) -> None:
        """Lists and pages open; adding, changing and deleting are not offered, not even to a superuser."""
        project_id = make_project(operator)
        page = reverse("admin:projects_project_change", args=[project_id])

        assert site.get(reverse("admin:projects_project_changelist")).status_code == 200
        assert "Q3 close" in site.get(page).content.decode()
        assert site.post(page, {"name": "Mine"}).status_code == 403
        assert site.get(reverse("admin:projects_project_add")).status_code == 403
        assert (
            site.post(reverse("admin:projects_project_delete", args=[project_id]), {"post": "yes"}).status_code == 403
        )

    def test_archives_and_restores_by_command(self, site: Client, operator: User) -> None:
        """An action does what the command allows to the person, and says what it refused and why."""
        mine, theirs = make_project(operator), make_project(UserFactory.create(), "Theirs")

        page = self.act(site, "archive", mine, theirs)

        assert Project.objects.get(id=mine).archived_at is not None
        assert Project.objects.get(id=theirs).archived_at is None
        assert "1 done." in page
        assert f"Project {theirs}: There is no such project" in page
        self.act(site, "restore", mine)
        assert Project.objects.get(id=mine).archived_at is None

    def act(self, site: Client, action: str, *chosen: ProjectId) -> str:
        form = {"action": action, "_selected_action": list(chosen)}
        return site.post(reverse("admin:projects_project_changelist"), form, follow=True).content.decode()
