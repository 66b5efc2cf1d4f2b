"""The pages of folders and databases that files come from, and an import that is stopped."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cqrs import services
from cqrs.testing import drain
from reconciliation.extracting import Databases
from reconciliation.folders import Folders
from tests.pages.office import Office

LINES = b"Date,Reference,Name,Amount,Currency\n2026-11-01,INV-2001,Acme Ltd,12.00,EUR\n"


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Path]:
    with services.overriding(Folders, Folders([f"file://{tmp_path}"])):
        yield tmp_path


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "books.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE entry AS SELECT '2026-11-01' AS date, 12.5 AS amount, 'EUR' AS currency")
    with services.overriding(Databases, Databases([], [tmp_path], 10)):
        yield path


def text(response: object) -> str:
    content: bytes = getattr(response, "content", b"")
    return content.decode()


class TestPickUps:
    def test_show_what_waits_and_why(self, office: Office, signed_in: Callable[[str], Client], inbox: Path) -> None:
        """An admin names the folder; what is seen in it is on the page, with the reason why it waits."""
        client, place = signed_in("admin"), f"/projects/{office.project_id}/pick-ups/"
        (inbox / "photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
        wish = {"source_id": office.source_id, "url": f"file://{inbox}", "pattern": "*.csv", "every_minutes": 60}

        client.post(place, {**wish, "when_done": "leave", "enabled": "on"})
        drain()
        page = text(client.get(place))

        assert "photo.csv" in page
        assert "settling" in page
        assert "every 60 min" in page

    def test_refuse_a_folder_outside_the_roots(
        self, office: Office, signed_in: Callable[[str], Client], inbox: Path
    ) -> None:
        """In words, beside what was typed."""
        client, place = signed_in("admin"), f"/projects/{office.project_id}/pick-ups/"
        wish = {"source_id": office.source_id, "url": "file:///etc", "pattern": "*", "every_minutes": 60}

        page = text(client.post(place, {**wish, "when_done": "leave", "enabled": "on"}))

        assert "only from the folders that whoever runs this installation allows" in page
        assert "file:///etc" in page


class TestDatabases:
    def test_lead_from_a_query_to_an_import(
        self, office: Office, signed_in: Callable[[str], Client], books: Path
    ) -> None:
        """Connected by an admin, asked by a preparer, looked at as an import."""
        place = f"/projects/{office.project_id}/databases/"
        signed_in("admin").post(
            f"{place}connect/", {"name": "Books", "address": f"sqlite:///{books}", "password": "x9y8"}
        )
        preparer = signed_in("preparer")
        form = text(preparer.get(place))
        [connection_id] = {part.split('"')[0] for part in form.split('<option value="')[1:] if ">Books<" in part}

        asked = {"connection_id": connection_id, "source_id": office.source_id, "statement": "SELECT * FROM entry"}
        preparer.post(f"{place}extract/", asked)
        drain()
        page = text(preparer.get(place))

        assert "Look at the import" in page
        assert "sealed" in page
        assert "x9y8" not in page + form

    def test_forget_a_password(self, office: Office, signed_in: Callable[[str], Client], books: Path) -> None:
        """After that nobody can ask; a preparer may not do this."""
        place = f"/projects/{office.project_id}/databases/"
        client = signed_in("admin")
        client.post(f"{place}connect/", {"name": "Gone", "address": f"sqlite:///{books}", "password": "x9y8"})
        address = text(client.get(place)).split('/forget/"')[0].split('"')[-1] + "/forget/"

        refused = signed_in("preparer").post(address, follow=True)
        assert "Your role in this project does not allow this." in text(refused)
        assert "destroyed on" in text(client.post(address, follow=True))


def test_an_import_that_waits_can_be_cancelled(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The page says that nothing was added, and offers to import it after all."""
    client = signed_in("preparer")
    form = {"left-name": "", "left-file": SimpleUploadedFile("november.csv", LINES)}
    place = str(client.post(f"/projects/{office.project_id}/upload/", form, follow=True).request["PATH_INFO"])
    client.post(f"{place}commit/")

    cancelled = text(client.post(f"{place}cancel/", follow=True))
    assert "The import was cancelled; nothing was added." in cancelled

    client.post(f"{place}commit/")
    drain()
    assert "imported" in text(client.get(place))
