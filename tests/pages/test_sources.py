"""The page of a source: how its files are read, and which have come in."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cqrs.testing import drain
from tests.pages.office import Office

FIRST = b"Date;Amount;Text\n13.04.2026;1,50;Rent\n14.04.2026;-3,25;Coffee\n"
SECOND = FIRST.replace(b"Coffee", b"Tea")


def test_versions_and_files_of_a_source(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Each version of the mapping says who saved it and what it changed; each file of the source is listed."""
    client = signed_in("preparer")
    for content, currency in ((FIRST, "EUR"), (SECOND, "CHF")):
        form = {"left-name": "Cash box", "left-file": SimpleUploadedFile("cash.csv", content)}
        sent = client.post(f"/projects/{office.project_id}/upload/", form, follow=True)
        client.post(f"{sent.request['PATH_INFO']}mapping/", {"currency": currency, "then": "commit"})
        drain()
    page = client.get(f"/projects/{office.project_id}/imports/").content.decode()
    source_id = sent.context["found"].row.source_id
    assert f"/projects/{office.project_id}/sources/{source_id}/" in page

    shown = client.get(f"/projects/{office.project_id}/sources/{source_id}/")

    text = " ".join(shown.content.decode().split())
    assert [row.version for row in shown.context["source"].mappings] == [2, 1]
    assert "<del>EUR</del> → <ins>CHF</ins>" in text
    assert "saved by preparer" in text
    assert len(shown.context["imports"].items) == 2
