"""Large files in parts, by the tus protocol: what its clients send and rely on."""

import base64
from hashlib import sha256
from typing import Any

import pytest
from rest_framework.test import APIClient

from cqrs import services
from projects.access import Role
from reconciliation.receiving import Gate
from reconciliation.storage import Storage
from tests.api.conftest import BANK, signed_in

TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


def text(value: object) -> str:
    return base64.b64encode(str(value).encode()).decode()


class Upload:
    """One upload, as a client of the protocol makes it."""

    def __init__(self, client: APIClient, project: str, name: str = "bank.csv", size: int = len(BANK)) -> None:
        self.client = client
        source = client.post(f"{project}/sources", {"side": "left", "name": name}).json()["source_id"]
        given = f"filename {text(name)},source_id {text(source)}"
        self.answer: Any = client.post(
            f"{project}/uploads", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": given}
        )
        self.place = self.answer.headers.get("Location", "")

    def send(self, part: bytes, offset: int, checksum: str = "") -> Any:
        more = {"Upload-Checksum": checksum} if checksum else {}
        return self.client.patch(
            self.place, part, content_type=PART, headers={**TUS, "Upload-Offset": str(offset), **more}
        )

    def offset(self) -> str:
        return self.client.head(self.place, headers=TUS).headers["Upload-Offset"]


def stored(storage: Storage) -> list[str]:
    return [*storage.part_keys(), *storage.stored_keys()]


class TestUpload:
    def test_in_parts_becomes_an_import(self, olga: APIClient, project: str, storage: Storage) -> None:
        """Created, sent in three parts, each time told how far it is; the last part leads to the import."""
        upload = Upload(olga, project)
        assert (upload.answer.status_code, upload.offset()) == (201, "0")

        first, second = upload.send(BANK[:10], 0), upload.send(BANK[10:50], 10)
        assert [answer.status_code for answer in (first, second)] == [204, 204]
        assert (second.headers["Upload-Offset"], upload.offset()) == ("50", "50")
        last = upload.send(BANK[50:], 50)

        shown = olga.get(last.headers["Content-Location"]).json()
        assert (shown["row"]["status"], shown["sha256"]) == ("proposed", sha256(BANK).hexdigest())
        assert list(storage.part_keys()) == []
        assert olga.get(upload.place).json()["import_id"] == shown["row"]["id"]

    def test_goes_on_where_the_connection_broke(self, olga: APIClient, project: str) -> None:
        """A part that starts elsewhere is refused with the offset; nothing of it is counted."""
        upload = Upload(olga, project)
        upload.send(BANK[:30], 0)

        wrong = upload.send(BANK[40:], 40)
        right = upload.send(BANK[int(upload.offset()) :], 30)

        assert (wrong.status_code, wrong.json()["code"], right.status_code) == (409, "offset_mismatch", 204)
        assert "Content-Location" in right.headers

    def test_takes_no_more_than_was_announced(self, olga: APIClient, project: str) -> None:
        """What is behind the end is not read."""
        upload = Upload(olga, project)

        answer = upload.send(BANK + b"B9,2026-10-09,1.00,EUR,X\n", 0)

        shown = olga.get(answer.headers["Content-Location"]).json()
        assert (answer.headers["Upload-Offset"], shown["size"]) == (str(len(BANK)), len(BANK))

    def test_keeps_nothing_of_a_damaged_part(self, olga: APIClient, project: str, storage: Storage) -> None:
        """A checksum that differs is status 460; the same part with the right one is taken."""
        upload = Upload(olga, project)
        right = base64.b64encode(sha256(BANK).digest()).decode()

        damaged = upload.send(BANK.replace(b"B1", b"B7"), 0, checksum=f"sha256 {right}")
        assert (damaged.status_code, upload.offset(), stored(storage)) == (460, "0", [])

        assert upload.send(BANK, 0, checksum=f"sha256 {right}").status_code == 204

    def test_looks_at_size_and_kind_first(self, olga: APIClient, project: str, storage: Storage) -> None:
        """Too large: refused when it is announced. A picture: refused by its first part. Nothing is kept of either."""
        with services.overriding(Gate, Gate(most_bytes=1000)):
            large = Upload(olga, project, "large.csv", 1001)
            picture = Upload(olga, project, "photo.csv", 100)
            refused = picture.send(b"\x89PNG\r\n\x1a\n", 0)

        assert (large.answer.status_code, large.answer.json()["code"]) == (409, "file_too_large")
        assert (refused.status_code, refused.json()["code"]) == (409, "file_kind_refused")
        assert stored(storage) == []

    def test_that_cannot_be_read_is_forgotten(self, olga: APIClient, project: str, storage: Storage) -> None:
        """When it is complete it is read; a refusal ends the upload, and its parts are gone."""
        upload = Upload(olga, project, "words.txt", 12)

        refused = upload.send(b"only words\n\n", 0)

        assert refused.status_code in {400, 409}
        assert olga.get(upload.place).status_code == 404
        assert list(storage.part_keys()) == []

    def test_can_be_taken_back(self, olga: APIClient, project: str, storage: Storage) -> None:
        """Its parts are removed, and its address is gone."""
        upload = Upload(olga, project)
        upload.send(BANK[:30], 0)

        assert olga.delete(upload.place, headers=TUS).status_code == 204
        assert (olga.get(upload.place).status_code, stored(storage)) == (404, [])

    def test_is_its_senders_alone(self, olga: APIClient, project: str) -> None:
        """Another preparer of the project does not learn of it; a viewer may not even start one."""
        upload = Upload(olga, project)
        for name, role in (("mia", Role.PREPARER), ("vic", Role.VIEWER)):
            other = signed_in(name)
            olga.post(f"{project}/members", {"username": name, "role": role})
            expected = 404 if role == Role.PREPARER else 403
            assert other.get(upload.place).status_code == expected
        assert other.post(f"{project}/uploads", headers={**TUS, "Upload-Length": "1"}).status_code == 403

    def test_can_be_announced_as_json(self, olga: APIClient, project: str) -> None:
        """Like every other command of the API."""
        source = olga.post(f"{project}/sources", {"side": "left", "name": "bank"}).json()["source_id"]

        started = olga.post(
            f"{project}/uploads", {"source_id": source, "file_name": "bank.csv", "size": 7}, format="json"
        )

        assert (started.status_code, started.json()["received"], started.json()["size"]) == (201, 0, 7)


class TestProtocol:
    def test_tells_what_it_can(self, olga: APIClient, project: str) -> None:
        """OPTIONS names version, extensions, algorithms and the largest size."""
        told = olga.options(f"{project}/uploads").headers

        assert (told["Tus-Resumable"], told["Tus-Version"]) == ("1.0.0", "1.0.0")
        assert told["Tus-Extension"] == "creation,expiration,checksum,termination"
        assert int(told["Tus-Max-Size"]) > 10**9

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Tus-Resumable": "0.2.2", "Upload-Offset": "0"}, 412),
            ({**TUS}, 400),
            ({**TUS, "Upload-Offset": "-1"}, 400),
            ({**TUS, "Upload-Offset": "0", "Upload-Checksum": "crc32 abc"}, 400),
            ({**TUS, "Upload-Offset": "0", "Upload-Checksum": "sha256 §"}, 400),
            ({**TUS, "Upload-Offset": "0", "content_type": "text/csv"}, 415),
        ],
    )
    def test_refuses_what_it_does_not_speak(
        self, olga: APIClient, project: str, headers: dict[str, str], status: int
    ) -> None:
        """Other versions, offsets that are none, unknown checksums, other bodies."""
        upload = Upload(olga, project)

        body = headers.pop("content_type", PART)
        answer = olga.patch(upload.place, b"abc", content_type=body, headers=headers)

        assert (answer.status_code, upload.offset()) == (status, "0")
