"""A database as a source: the rows of a query become an import, and its password is seen by nobody."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from cqrs import Actor, acting_as, command_bus, query_bus, services
from cqrs.models import StoredEvent
from cqrs.testing import drain
from projects.access import RoleTooLowError
from projects.commands.add_member import AddMember
from projects.commands.remove_member import RemoveMember
from projects.ids import ProjectId, Role, UserId
from reconciliation.commands.connect_database import ConnectDatabase
from reconciliation.commands.extract_from_database import DatabaseForgottenError, ExtractFromDatabase
from reconciliation.commands.forget_database import ForgetDatabase
from reconciliation.extracting import AddressRefusedError, Databases
from reconciliation.ids import ConnectionId, SourceId
from reconciliation.queries.extraction_rows import ExtractionRow
from reconciliation.queries.get_extraction import GetExtraction
from reconciliation.queries.list_databases import ListDatabases
from reconciliation.sealing import SealBrokenError, Sealer
from tests.factories import UserFactory
from tests.reconciliation.importing import add_source, commit, look_at, texts

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
QUERY = "SELECT day AS 'Booking date', amount AS Amount, 'EUR' AS Currency, note AS Text FROM entry"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with closing(sqlite3.connect(tmp_path / "books.db")) as books, books:
        books.execute("CREATE TABLE entry (day TEXT, amount REAL, note TEXT)")
        books.executemany(
            "INSERT INTO entry VALUES (?, ?, ?)", [("2026-11-01", -850, "Rent"), ("2026-11-13", -3.1, "Tea")]
        )
    with services.overriding(Databases, Databases(["db.test"], [tmp_path], 10)):
        yield tmp_path


@pytest.fixture
def connection_id(project_id: ProjectId, folder: Path) -> ConnectionId:
    return command_bus.dispatch(
        ConnectDatabase(project_id=project_id, name="Books", address=f"sqlite:///{folder}/books.db")
    )


def ask(
    project_id: ProjectId, connection_id: ConnectionId, source_id: SourceId, statement: str = QUERY
) -> ExtractionRow:
    extraction_id = command_bus.dispatch(
        ExtractFromDatabase(
            project_id=project_id, connection_id=connection_id, source_id=source_id, statement=statement
        )
    )
    drain()
    return query_bus.ask(GetExtraction(project_id=project_id, extraction_id=extraction_id))


class TestExtraction:
    def test_becomes_an_import_that_is_looked_at_first(
        self, project_id: ProjectId, connection_id: ConnectionId
    ) -> None:
        """Proposed like any file, in the name of whoever asked; exact once it is committed."""
        done = ask(project_id, connection_id, add_source(project_id))

        assert (done.status, done.rows, done.requested_by) == ("done", 2, "olga")
        assert done.import_id is not None
        proposed = look_at(project_id, done.import_id)
        assert (proposed.row.status, proposed.row.uploaded_by, proposed.row.format) == ("proposed", "olga", "parquet")
        committed = commit(project_id, done.import_id)
        [records] = [row.amounts for row in committed.accounting if row.category == "record"]
        assert ({name: str(amount) for name, amount in records.items()}, texts(project_id)) == (
            {"EUR": "-853.10"},
            ["Rent", "Tea"],
        )

    def test_of_the_same_rows_adds_nothing(self, project_id: ProjectId, connection_id: ConnectionId) -> None:
        """The second answer is the first, byte for byte."""
        source_id = add_source(project_id)
        first = ask(project_id, connection_id, source_id)
        assert first.import_id is not None
        commit(project_id, first.import_id)

        again = ask(project_id, connection_id, source_id)

        assert (again.status, again.rows, again.import_id) == ("done", 2, None)

    def test_that_fails_says_why(self, project_id: ProjectId, connection_id: ConnectionId) -> None:
        """What the database said about the query."""
        failed = ask(project_id, connection_id, add_source(project_id), "SELECT sum FROM entry")

        assert (failed.status, failed.error) == ("failed", "no such column: sum.")

    def test_of_somebody_who_is_no_member_any_more_ends(
        self, project_id: ProjectId, connection_id: ConnectionId
    ) -> None:
        """Who may is asked again when the rows are there."""
        source_id = add_source(project_id)
        user = UserFactory.create(username="pia")
        command_bus.dispatch(AddMember(project_id=project_id, username="pia", role=Role.PREPARER))
        with acting_as(Actor.user(user)):
            wanted = ExtractFromDatabase(
                project_id=project_id, connection_id=connection_id, source_id=source_id, statement=QUERY
            )
            extraction_id = command_bus.dispatch(wanted)
        command_bus.dispatch(RemoveMember(project_id=project_id, user_id=UserId(user.pk)))
        drain()

        ended = query_bus.ask(GetExtraction(project_id=project_id, extraction_id=extraction_id))
        assert (ended.status, ended.import_id) == ("failed", None)


class TestConnection:
    def test_is_an_admins_business(self, project_id: ProjectId, folder: Path) -> None:
        """A reviewer cannot connect."""
        user = UserFactory.create(username="rita")
        command_bus.dispatch(AddMember(project_id=project_id, username="rita", role=Role.REVIEWER))

        with acting_as(Actor.user(user)), pytest.raises(RoleTooLowError):
            command_bus.dispatch(ConnectDatabase(project_id=project_id, name="B", address="postgresql://db.test/b"))

    def test_leads_only_where_the_operator_allows(self, project_id: ProjectId, folder: Path) -> None:
        """Neither into the operator's network nor to other files of the server."""
        for address in ("postgresql://169.254.169.254/x", "postgresql://localhost/x", "sqlite:////etc/passwd"):
            with pytest.raises(AddressRefusedError):
                command_bus.dispatch(ConnectDatabase(project_id=project_id, name="B", address=address))

    def test_that_is_forgotten_is_asked_no_more(self, project_id: ProjectId, connection_id: ConnectionId) -> None:
        """Its password is destroyed; what was asked stays on the list."""
        command_bus.dispatch(ForgetDatabase(project_id=project_id, connection_id=connection_id))

        with pytest.raises(DatabaseForgottenError):
            ask(project_id, connection_id, add_source(project_id))
        [row] = query_bus.ask(ListDatabases(project_id=project_id))
        assert (row.has_password, row.forgotten_at is not None) == (False, True)


class TestPassword:
    def test_stands_nowhere(self, project_id: ProjectId, folder: Path, owner: User) -> None:
        """Connected by the API and by the page: in no table, no event, no record of the request, no answer."""
        api, browser = APIClient(), Client()
        api.force_authenticate(owner)
        browser.force_login(owner)
        sent = {"name": "Books", "address": "postgresql://reader@db.test/books", "password": PASSWORD}

        answers: list[Any] = [
            api.post(f"/api/v1/projects/{project_id}/databases", sent, format="json", headers={"Idempotency-Key": "1"}),
            api.get(f"/api/v1/projects/{project_id}/databases"),
            browser.post(f"/projects/{project_id}/databases/connect/", {**sent, "name": "More"}, follow=True),
            browser.post(f"/projects/{project_id}/databases/connect/", {**sent, "name": ""}),
        ]

        assert [answer.status_code for answer in answers] == [201, 200, 200, 200]
        assert [row["has_password"] for row in answers[1].json()["results"]] == [True]
        assert "More" in answers[2].content.decode()
        everywhere = "".join([*(answer.content.decode() for answer in answers), *_all_rows()])
        assert "postgresql://reader@db.test/books" in "".join(map(str, StoredEvent.objects.values_list("payload")))
        assert PASSWORD not in everywhere

    def test_in_an_address_is_refused_and_not_repeated(self, project_id: ProjectId, folder: Path, owner: User) -> None:
        """Typed into the wrong field it is no part of the answer."""
        api = APIClient()
        api.force_authenticate(owner)

        refused = api.post(
            f"/api/v1/projects/{project_id}/databases",
            {"name": "Books", "address": "postgresql://reader:hunter2@db.test/books"},
            format="json",
        )

        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["address"])
        assert "hunter2" not in refused.content.decode()

    def test_is_sealed_anew_by_a_new_key(self, project_id: ProjectId, folder: Path, owner: User) -> None:
        """With the new key in front both open it; after the command the new one alone does."""
        User.objects.filter(pk=owner.pk).update(is_superuser=True, is_staff=True)
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        sealed = Sealer([old]).seal(PASSWORD)
        command_bus.dispatch(
            ConnectDatabase(project_id=project_id, name="B", address="postgresql://db.test/b", sealed_password=sealed)
        )

        with services.overriding(Sealer, Sealer([new, old])):
            call_command("reseal-passwords", "--as", owner.username)

        [kept] = apps.get_model("reconciliation", "DatabaseConnection").objects.values_list(
            "sealed_password", flat=True
        )
        assert Sealer([new]).open(kept) == PASSWORD
        with pytest.raises(SealBrokenError):
            Sealer([old]).open(kept)


def _all_rows() -> Iterator[str]:
    """Every value of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield from map(str, cursor.fetchall())
