"""What the project's page says about itself, and what it costs to ask."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.pages.addresses import READ, address
from tests.pages.office import Office

MOST_STATEMENTS = 50  # on PostgreSQL each query that a page asks also begins and ends its transaction


def chart(page: str, name: str) -> dict[str, Any]:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page)
    assert found
    document: dict[str, Any] = json.loads(found[1])
    return document


def test_the_pictures_say_what_the_table_says(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Of eight records four are confirmed, two suggested and two open: in the chart as in the figures."""
    page = signed_in("viewer").get(address("overview", office)).content.decode()

    assert chart(page, "state-chart")["series"][0]["values"] == [4, 2, 2]
    assert "50%" in page
    assert chart(page, "source-chart")["labels"] == ["Bank", "Ledger"]


def test_amounts_in_pictures_are_shown_exactly(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A bar's length is a float; what it says when pointed at is the exact amount with its currency."""
    page = signed_in("viewer").get(address("overview", office)).content.decode()

    assert chart(page, "open-chart-1")["series"][0]["shown"] == ["250.00 EUR", "248.50 EUR"]


@pytest.mark.parametrize("name", READ)
def test_a_page_asks_a_bounded_number_of_times(name: str, office: Office, signed_in: Callable[[str], Client]) -> None:
    """No page's statements grow with what it shows."""
    client = signed_in("admin")
    with CaptureQueriesContext(connection) as statements:
        client.get(address(name, office))

    assert len(statements) <= MOST_STATEMENTS


def test_what_a_run_left_open_is_said_beside_what_it_found() -> None:
    """The limits that it met are on its page."""
    run = {"status": "completed", "confirmed_groups": 0, "suggested_groups": 0}
    note = "3 lines have more than 30 candidates: not searched."
    shown = {"run": {**run, "notes": [note]}, "has_ended": True, "project": {"id": 1}}

    assert note in render_to_string("reconciliation/parts/run_live.html", shown)
