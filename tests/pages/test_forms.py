"""Forms: what a command refuses is said at the field."""

import json
from collections.abc import Callable

from django.test import Client

from tests.pages.office import RULES, Office


def test_a_name_that_is_taken(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The second project of one name is refused on the form, which keeps what was typed."""
    page = signed_in("admin").post("/projects/new/", {"name": "Main account", "description": "again"})

    assert "You already have a project with this name." in page.content.decode()
    assert "again" in page.content.decode()


def test_a_new_project_opens_on_its_first_steps(office: Office, signed_in: Callable[[str], Client]) -> None:
    """An empty project teaches what to do."""
    page = signed_in("viewer").post("/projects/new/", {"name": "Card payouts"}, follow=True)

    assert "Three steps to the first result" in page.content.decode()


def test_a_document_that_is_no_json(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The line and column of the mistake stand at the document."""
    typed = {"name": "Rules", "document": '{"passes": [}'}
    page = signed_in("reviewer").post(f"/projects/{office.project_id}/rules/edit/", typed).content.decode()

    assert "Line 1, column 13" in page


def test_rules_that_cannot_run(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A document that is JSON but no rule set is refused with what is wrong in it."""
    typed = {"name": "Rules", "document": json.dumps({"passes": [{"name": "x", "rules": [{"type": "Guess"}]}]})}
    page = signed_in("reviewer").post(f"/projects/{office.project_id}/rules/edit/", typed).content.decode()

    assert "Guess" in page.split('class="errorlist')[1].split("</ul>")[0]


def test_published_rules_are_the_next_version(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A valid document becomes version 2 and is shown in words."""
    typed = {"name": "Rules", "document": json.dumps(RULES), "note": "the same"}
    page = signed_in("reviewer").post(f"/projects/{office.project_id}/rules/edit/", typed, follow=True)

    assert "version 2" in page.content.decode()
    assert "Reference alone" in page.content.decode()


def test_nobody_of_that_name(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Adding somebody who cannot sign in is refused at the form."""
    typed = {"username": "nobody", "role": "viewer"}
    page = signed_in("admin").post(f"/projects/{office.project_id}/members/", typed).content.decode()

    assert "There is nobody of this name" in page


def test_a_role_is_changed_where_it_is_shown(office: Office, signed_in: Callable[[str], Client]) -> None:
    """An admin gives a member another role and sees it."""
    place = f"/projects/{office.project_id}/members/{office.user_id}/role/"
    page = signed_in("admin").post(place, {"role": "reviewer"}, follow=True).content.decode()

    assert "The role is reviewer now." in page


def test_a_run_without_rules_says_what_to_do(office: Office, signed_in: Callable[[str], Client]) -> None:
    """A project without rules leads to where they are made instead of to an error."""
    client = signed_in("admin")
    opened = client.post("/projects/new/", {"name": "Without rules"})["Location"]
    page = client.post(f"{opened}runs/start/", follow=True)

    assert "A run needs rules." in page.content.decode()
    assert "No rules yet" in page.content.decode()


def test_a_second_run_starts_once_the_first_is_over(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Its page is shown at once and watches it; a third is refused while it waits."""
    client = signed_in("preparer")
    page = client.post(f"/projects/{office.project_id}/runs/start/", follow=True).content.decode()
    refused = client.post(f"/projects/{office.project_id}/runs/start/").content.decode()

    assert "Waiting for a worker" in page
    assert page.count('hx-trigger="every 1s"') == 1
    assert "A run of this project is under way." in refused


def test_filters_stay_in_the_address(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The tabs keep the search, the search keeps the tab."""
    place = f"/projects/{office.project_id}/matches/?status=confirmed&search=Acme"
    page = signed_in("viewer").get(place).content.decode()

    assert 'name="status" value="confirmed"' in " ".join(page.split())
    assert "?status=suggested&amp;search=Acme" in page


def test_what_a_run_is_asked_for_is_only_its_live_part(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The answer replaces what moves and starts no second watch; 286 ends the first."""
    page = signed_in("viewer").get(f"/projects/{office.project_id}/runs/{office.run_id}/progress/")

    assert page.status_code == 286
    assert "hx-get" not in page.content.decode()
    assert "Confirmed matches" in page.content.decode()
