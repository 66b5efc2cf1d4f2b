"""Who sees which page."""

from collections.abc import Callable

import pytest
from django.test import Client

from projects.ids import Role
from tests.pages.addresses import POSTED, READ, address, project_pages
from tests.pages.office import Office


@pytest.mark.parametrize("name", sorted(project_pages()))
def test_a_stranger_cannot_tell_that_a_project_exists(
    name: str, office: Office, signed_in: Callable[[str], Client]
) -> None:
    """Somebody who is no member gets a 404 from every address under a project, read or posted to."""
    client = signed_in("stranger")
    method = client.post if name in POSTED else client.get

    assert method(address(name, office)).status_code == 404


@pytest.mark.parametrize("name", sorted(project_pages()))
def test_who_is_not_signed_in_is_sent_to_the_sign_in(name: str, office: Office) -> None:
    """Without a session every address leads to the sign-in."""
    client = Client()
    method = client.post if name in POSTED else client.get
    response = method(address(name, office))

    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", READ)
def test_members_of_every_role_read_every_page(
    name: str, role: Role, office: Office, signed_in: Callable[[str], Client]
) -> None:
    """Reading needs no more than membership; status 286 tells htmx that there is nothing left to watch."""
    response = signed_in(role).get(address(name, office))

    assert response.status_code in {200, 286}


@pytest.mark.parametrize("name", sorted(POSTED))
def test_what_changes_something_is_only_posted(name: str, office: Office, signed_in: Callable[[str], Client]) -> None:
    """An address that changes something refuses to be read, so that no link can do it."""
    assert signed_in("admin").get(address(name, office)).status_code == 405


def test_a_viewer_who_decides_is_told_why_not(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A decision above one's role changes nothing and is explained in words."""
    client = signed_in("viewer")
    response = client.post(
        f"/projects/{office.project_id}/matches/{office.suggested_id}/confirm/", headers={"hx-request": "true"}
    )

    assert "Your role in this project does not allow this." in response.content.decode()
    assert "suggested" in response.content.decode()


def test_the_administration_sends_strangers_to_the_same_sign_in() -> None:
    """The admin has no sign-in page of its own."""
    assert Client().get("/admin/login/?next=/admin/")["Location"] == "/sign-in/?next=%2Fadmin%2F"
