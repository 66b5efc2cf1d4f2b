"""Files through the API: upload, preview, another mapping, commit, discard."""

from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from cqrs.testing import drain
from projects.access import Role
from reconciliation.storage import Storage, key_of
from tests.api.conftest import BANK, Desk, signed_in, upload


class TestImport:
    def test_is_previewed_before_it_is_committed(self, olga: APIClient, project: str) -> None:
        """The proposal shows how each line would be read, and nothing is a record yet."""
        proposal = upload(olga, project, "left", BANK, "bank")

        assert proposal["row"]["status"] == "proposed"
        assert proposal["header"] == ["id", "date", "amount", "currency", "reference"]
        assert proposal["preview"][0]["cells"][0] == "B1"
        assert {line["category"]: line["lines"] for line in proposal["accounting"]}["record"] == 4
        assert olga.get(f"{project}/open-items", {"side": "left"}).json()["results"] == []

    def test_is_read_by_another_mapping(self, olga: APIClient, project: str) -> None:
        """What the mapping is told, the preview follows; the rest of it stays as it was proposed."""
        proposal = upload(olga, project, "left", BANK, "bank")
        address = f"{project}/imports/{proposal['row']['id']}/mapping"
        as_text = {"fields": {"text": {"column": 4, "header": "reference"}}}

        changed = olga.put(address, {"mapping": as_text}, format="json")
        refused = olga.put(address, {"mapping": {"fields": {"amount": {"column": 99}}}}, format="json")

        assert changed.status_code == 200, changed.content
        assert changed.json()["preview"][0]["parsed"]["text"] == "INV-1001"
        assert changed.json()["preview"][0]["parsed"]["amount"] == "100.00"
        assert (refused.status_code, list(refused.json()["fields"])) == (422, ["mapping.fields.amount"])

    def test_can_be_discarded(self, olga: APIClient, project: str) -> None:
        """A proposal that nobody wants stays on the list as discarded."""
        proposal = upload(olga, project, "left", BANK, "bank")

        response = olga.post(f"{project}/imports/{proposal['row']['id']}/discard")

        assert (response.status_code, response.json()["row"]["status"]) == (200, "discarded")

    def test_gives_the_file_back_byte_for_byte(self, desk: Desk) -> None:
        """I9: the original is kept, under its name, never shown as a page of ours."""
        response = desk.client.get(f"{desk.project}/imports/{desk.ids['import_id']}/original")

        assert b"".join(response.streaming_content) == BANK  # type: ignore[attr-defined]  # a file response
        assert response["Content-Disposition"] == 'attachment; filename="bank.csv"'
        assert response["Content-Type"] == "application/octet-stream"

    def test_of_the_same_bytes_is_refused(self, desk: Desk) -> None:
        """I8: what a source has already adds nothing."""
        file = SimpleUploadedFile("again.csv", BANK, "text/csv")

        response = desk.client.post(f"{desk.project}/imports", {"source_id": desk.ids["source_id"], "file": file})

        assert (response.status_code, response.json()["code"]) == (409, "file_already_imported")

    @pytest.mark.parametrize(("name", "content"), [("photo.png", b"\x89PNG\r\n\x1a\n\x00"), ("empty.csv", b"")])
    def test_of_what_is_no_list_is_refused(self, olga: APIClient, project: str, name: str, content: bytes) -> None:
        """A file that cannot be read is refused with words, and nothing is stored of it as an import."""
        source = olga.post(f"{project}/sources", {"side": "left", "name": "bank"}).json()["source_id"]

        response = olga.post(
            f"{project}/imports", {"source_id": source, "file": SimpleUploadedFile(name, content, "text/csv")}
        )

        assert response.status_code in {400, 409}, response.content
        assert response.json()["detail"]
        assert olga.get(f"{project}/imports").json()["results"] == []

    @pytest.mark.parametrize("role", [Role.VIEWER, None])
    def test_of_somebody_who_may_not_is_not_stored(
        self, olga: APIClient, project: str, storage: Storage, role: Role | None
    ) -> None:
        """The right is looked at before the bytes are kept: nothing is left of a refused upload."""
        mia = signed_in("mia")
        source = olga.post(f"{project}/sources", {"side": "left", "name": "bank"}).json()["source_id"]
        if role:
            olga.post(f"{project}/members", {"username": "mia", "role": role})
        content = BANK + f"B9,2026-10-09,1.00,EUR,{role}\n".encode()
        file = SimpleUploadedFile("bank.csv", content, "text/csv")

        response = mia.post(f"{project}/imports", {"source_id": source, "file": file})

        assert response.status_code == (403 if role else 404)
        assert not storage.exists(key_of(sha256(content).hexdigest()))

    def test_lists_its_rejected_lines(self, olga: APIClient, project: str) -> None:
        """Each line that is no record is listed with its reason."""
        proposal = upload(olga, project, "left", BANK + b"B9,not a date,1.00,EUR,X\n", "bank")

        listed = olga.get(f"{project}/imports/{proposal['row']['id']}/rejected-lines").json()["results"]

        assert [line["line"] for line in listed] == [6]
        assert listed[0]["reason"]

    def test_repairs_a_rejected_line(self, olga: APIClient, project: str) -> None:
        """Cells by column; what is wrong is named by cell, what is right is a record of the import."""
        proposal = upload(olga, project, "left", BANK + b"B9,2026-10-09,x,EUR,X\n", "bank")
        place = f"{project}/imports/{proposal['row']['id']}"
        olga.post(f"{place}/commit")
        drain()
        [line] = olga.get(f"{place}/rejected-lines").json()["results"]
        address = f"{place}/rejected-lines/{line['id']}/repair"

        wrong = olga.post(address, {"cells": {"amount": "y"}}, format="json")
        right = olga.post(address, {"cells": {"amount": "1.00"}}, format="json")

        assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["cells.amount"])
        assert (right.status_code, right.json()["row"]["records"], right.json()["row"]["rejected"]) == (200, 5, 0)
        [repaired] = olga.get(f"{place}/rejected-lines", {"repaired": "true"}).json()["results"]
        assert repaired["repair"]["repaired_by"] == "olga"
