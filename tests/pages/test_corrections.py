"""What people do on the pages about a file that is imported already."""

import re
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cqrs.testing import drain
from tests.pages.office import BANK, HOSTILE_TEXT, Office


def test_a_rejected_line_is_repaired_on_its_page(office: Office, signed_in: Callable[[str], Client]) -> None:
    """What is still wrong stands at its cell; what is right makes a record, and the line is among the repaired."""
    client = signed_in("preparer")
    lines = f"/projects/{office.project_id}/imports/{office.import_id}/rejected/"
    place = f"{lines}{office.rejected_line_id}/"
    cells = {"cells.Date": "2026-10-05", "cells.Reference": "INV-0005", "cells.Name": HOSTILE_TEXT}
    cells |= {"cells.Currency": "EUR"}

    wrong = client.post(place, cells | {"cells.Amount": "much"}).content.decode()
    assert "is no amount" in wrong
    assert HOSTILE_TEXT not in wrong

    right = client.post(place, cells | {"cells.Amount": "7.00"}, follow=True)
    assert "Line 6 is repaired." in right.content.decode()
    assert "preparer" in client.get(f"{lines}?repaired=yes").content.decode()


def test_a_viewer_sees_rejected_lines_and_repairs_none(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The list is there for everybody; the command refuses who may not."""
    client = signed_in("viewer")
    lines = f"/projects/{office.project_id}/imports/{office.import_id}/rejected/"

    place = f"{lines}{office.rejected_line_id}/"

    assert place not in client.get(lines).content.decode()
    client.post(place, {"cells.Amount": "7.00"})
    assert "No line was repaired" in client.get(f"{lines}?repaired=yes").content.decode()


def test_a_doubtful_line_is_decided_on_beside_the_known_one(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Both lines are shown; kept, it is a record of its own, and one may change one's mind."""
    client = signed_in("preparer")
    first = "Date,Reference,Name,Amount,Currency\n2026-10-01,,Bakery,3.00,EUR\n"
    for name, line in (("morning.csv", "2026-10-01,,Acme,1.00,EUR\n"), ("evening.csv", "2026-10-01,,Last,2.00,EUR\n")):
        file = SimpleUploadedFile(name, (first + line).encode())
        form = {"left-name": "Till", "left-source": "", "left-file": file}
        place = str(client.post(f"/projects/{office.project_id}/upload/", form, follow=True).request["PATH_INFO"])
        client.post(f"{place}commit/")
        drain()

    asked = client.get(f"{place}duplicates/").content.decode()
    kept = client.post(f"{place}duplicates/0/decide/", {"choice": "keep", "reason": "Two receipts"}, follow=True)

    assert "morning.csv" in asked
    assert "A payment of its own" in asked
    assert "Kept:" in kept.content.decode()
    assert "Two receipts" in client.get(f"{place}duplicates/?show=all").content.decode()


def test_a_corrected_file_is_compared_before_it_is_committed(
    office: Office, signed_in: Callable[[str], Client]
) -> None:
    """The diff names the match that will ask for review; committed, the match says why, and is confirmed again."""
    client = signed_in("reviewer")
    place = f"/projects/{office.project_id}/imports/{office.import_id}/"
    corrected = BANK.replace("75.50", "76.50")
    file = SimpleUploadedFile("corrected.csv", corrected.encode())

    answer = client.post(f"{place}amend/", {"file": file}, follow=True)
    diff = answer.content.decode()
    assert "will ask for review" in diff
    assert "75.50" in diff
    client.post(answer.request["PATH_INFO"].replace("diff", "commit"))
    drain()

    asked = client.get(f"/projects/{office.project_id}/matches/?status=review").content.decode()
    assert "corrected.csv changes 1 of its records" in asked
    [address] = re.findall(r'action="([^"]*/review/)"', asked)
    told = client.post(
        address, {"adjustment_kind": "fee", "adjustment_amount": "-1.00", "adjustment_reason": "Fee"}, follow=True
    )
    assert "Confirmed again." in told.content.decode()


def test_an_import_is_withdrawn_and_reinstated(office: Office, signed_in: Callable[[str], Client]) -> None:
    """With a reason each; the page says who did it and why, and offers the way back."""
    client = signed_in("reviewer")
    form = {"left-name": "Till", "left-source": "", "left-file": SimpleUploadedFile("till.csv", BANK.encode())}
    place = str(client.post(f"/projects/{office.project_id}/upload/", form, follow=True).request["PATH_INFO"])
    client.post(f"{place}commit/")
    drain()

    withdrawn = client.post(f"{place}withdraw/", {"reason": "Wrong till"}, follow=True).content.decode()
    assert "Wrong till" in withdrawn
    assert f"{place}reinstate/" in withdrawn
    assert "is reinstated" in client.post(f"{place}reinstate/", {"reason": "No"}, follow=True).content.decode()


def test_a_source_begins_at_its_cut_over(office: Office, signed_in: Callable[[str], Client]) -> None:
    """What is wrong with a line of the opening items is said with its number; right, they are imported."""
    client = signed_in("reviewer")
    source = f"/projects/{office.project_id}/sources/{office.source_id}/"
    address = f"{source}cut-over/"

    told = client.post(address, {"cut_over_date": "2026-10-01", "balance": "10.00", "currency": "EUR"}, follow=True)
    wrong = client.post(address, {"items": "2026-09-30; much; EUR"}).content.decode()
    client.post(address, {"items": "2026-09-30; -120.00; EUR; INV-7; Rent"})
    drain()

    assert "Begins on 1 October 2026" in told.content.decode()
    assert "Line 1:" in wrong
    assert "opening items.csv" in client.get(source).content.decode()
