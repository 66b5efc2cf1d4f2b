"""Addresses and forms that no page of ours makes: an answer in words, never a failure."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.pages.office import Office

HUGE = "9" * 30


@pytest.mark.parametrize("page", ["", "matches/", "imports/", "runs/", "open-items/", "open-items/left/more/"])
@pytest.mark.parametrize("query", ["after=made-up", "after=WyJuZXh0IiwgMSwgMiwgM10", "search=%00"])
def test_a_query_that_no_link_has(office: Office, signed_in: Callable[[str], Client], page: str, query: str) -> None:
    """A cursor that no page gave, a character that no database takes: not understood, or not looked at."""
    response = signed_in("viewer").get(f"/projects/{office.project_id}/{page}?{query}")

    assert response.status_code == (200 if page == "" and "after" in query else 400)


@pytest.mark.parametrize("address", [f"{HUGE}/", f"{HUGE}/members/", "{project}/matches/" + HUGE + "/"])
def test_an_id_beyond_all_bounds(office: Office, signed_in: Callable[[str], Client], address: str) -> None:
    """A number that no database holds is no page."""
    place = address.format(project=office.project_id)

    assert signed_in("viewer").get(f"/projects/{place}").status_code == 404


@pytest.mark.parametrize("record", [HUGE, "-1", "one", "\N{SUPERSCRIPT TWO}"])
def test_a_box_that_is_not_on_the_page(office: Office, signed_in: Callable[[str], Client], record: str) -> None:
    """It is not left out silently, which would match something else than was sent."""
    typed = {"left": [str(office.record_id), record], "right": []}
    response = signed_in("preparer").post(f"/projects/{office.project_id}/open-items/match/", typed)

    assert response.status_code == 404


@pytest.mark.parametrize("amount", ["1e999999999", "1e-999999999", "Infinity", "NaN", "-0", "9" * 40])
def test_an_amount_that_nobody_can_hold(office: Office, signed_in: Callable[[str], Client], amount: str) -> None:
    """What is no amount to adjust by is said on the page that one comes back to."""
    typed = {"left": office.record_id, "adjustment_kind": "fee", "adjustment_amount": amount, "adjustment_reason": ""}
    page = signed_in("preparer").post(f"/projects/{office.project_id}/open-items/match/", typed, follow=True)

    assert page.status_code == 200
    assert "toast-error" in page.content.decode()


def test_rules_nested_beyond_reason(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A document deeper than Python reads is refused at its field."""
    typed = {"name": "Rules", "document": "[" * 100_000}
    page = signed_in("reviewer").post(f"/projects/{office.project_id}/rules/edit/", typed)

    assert "nested too deeply" in page.content.decode()
