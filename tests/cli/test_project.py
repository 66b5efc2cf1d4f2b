"""`reconcile --project`: everything is kept, and people's decisions stand."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection

from cqrs import Actor, acting_as, command_bus, query_bus
from projects.ids import ProjectId
from projects.queries.list_projects import ListProjects
from reconciliation.commands.unmatch import Unmatch
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_sources import ListSources
from tests.cli.running import Files, manage
from tests.cli.test_reconcile import BANK, LEDGER, RULES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator() -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def arguments(files: Files) -> tuple[str | Path, ...]:
    left, right = files.write("bank.csv", *BANK), files.write("ledger.csv", *LEDGER)
    return ("reconcile", left, right, "--rules", files.json("rules.json", RULES), "--project", "March")


def only_project(user: User) -> ProjectId:
    with acting_as(Actor.user(user)):
        (project,) = query_bus.ask(ListProjects()).items
    return project.id


def identities(result: dict[str, Any]) -> list[tuple[list[str], list[str], str]]:
    return sorted((group["left"], group["right"], group["status"]) for group in result["groups"])


class TestProject:
    def test_keeps_sources_records_and_groups(self, operator: User, arguments: tuple[str | Path, ...]) -> None:
        """The project belongs to the only superuser, with a source for each side."""
        ended = manage(*arguments)

        assert ended.code == 1
        project_id = only_project(operator)
        with acting_as(Actor.user(operator)):
            sources = query_bus.ask(ListSources(project_id=project_id))
            groups = query_bus.ask(ListGroups(project_id=project_id)).items
        assert [(source.side, source.records) for source in sources] == [("left", 7), ("right", 9)]
        assert len(groups) == 6

    def test_adds_nothing_when_the_same_files_come_again(
        self, operator: User, files: Files, arguments: tuple[str | Path, ...]
    ) -> None:
        """The same bytes are the same records: the second result is the first."""
        manage(*arguments, "--json", files.folder / "first.json")

        ended = manage(*arguments, "--json", files.folder / "second.json")

        assert "bank.csv (left) was imported before" in ended.out
        assert identities(files.read("second.json")) == identities(files.read("first.json"))
        with acting_as(Actor.user(operator)):
            sources = query_bus.ask(ListSources(project_id=only_project(operator)))
        assert [source.records for source in sources] == [7, 9]

    def test_does_not_match_again_what_a_person_took_apart(
        self, operator: User, files: Files, arguments: tuple[str | Path, ...]
    ) -> None:
        """A pair that somebody undid stays apart in the next run."""
        manage(*arguments)
        project_id = only_project(operator)
        with acting_as(Actor.user(operator)):
            group = query_bus.ask(ListGroups(project_id=project_id, search="INV-1001")).items[0]
            command_bus.dispatch(Unmatch(project_id=project_id, group_id=group.id, reason="Not this one"))

        manage(*arguments, "--json", files.folder / "again.json")

        again = files.read("again.json")
        assert "b1" in again["unmatched_left"]
        assert "l1" in again["unmatched_right"]


class TestAs:
    def test_has_to_be_given_where_there_is_no_superuser(self, arguments: tuple[str | Path, ...]) -> None:
        """Nothing is done by nobody."""
        ended = manage(*arguments)

        assert ended.code == 2
        assert "--as USER" in ended.err

    def test_has_to_be_given_where_there_are_several(self, operator: User, arguments: tuple[str | Path, ...]) -> None:
        """The command does not choose between people."""
        User.objects.create_superuser("second")

        ended = manage(*arguments)

        assert ended.code == 2
        assert "several superusers" in ended.err

    def test_names_the_owner_of_a_new_project(self, arguments: tuple[str | Path, ...]) -> None:
        """Whoever is named opens the project, superuser or not."""
        anna = User.objects.create_user("anna")

        manage(*arguments, "--as", "anna")

        assert only_project(anna)

    def test_refuses_somebody_unknown(self, operator: User, arguments: tuple[str | Path, ...]) -> None:
        """A typing error does not open a project for somebody else."""
        ended = manage(*arguments, "--as", "nobody")

        assert ended.code == 2
        assert "no active user nobody" in ended.err


def test_needs_a_database_with_tables(
    operator: User, arguments: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that nobody migrated is named as such."""
    monkeypatch.setattr(connection.introspection, "table_names", list)

    ended = manage(*arguments)

    assert ended.code == 2
    assert "manage.py migrate" in ended.err
