"""What people do on the pages about a file that is imported already."""

from collections.abc import Callable

from django.test import Client

from tests.pages.office import HOSTILE_TEXT, Office


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
