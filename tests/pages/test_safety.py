"""What the browser is told, and what it must never be given."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.pages.addresses import READ, address
from tests.pages.office import HOSTILE_TEMPLATE, HOSTILE_TEXT, Office

OTHERS = ["/sign-in/", "/projects/", "/projects/new/", "/password/", "/admin/", "/admin/reconciliation/import/"]
DATA_BLOCK = "application/json"


class InlineFinder(HTMLParser):
    """Collects what a strict policy forbids: scripts and styles that stand in the page, handlers, foreign sources."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != DATA_BLOCK):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        sources = [given.get(name) or "" for name in ("src", "href", "action")]
        self.found += [source for source in sources if re.match(r"(https?:)?//|javascript:", source)]


@pytest.mark.parametrize("name", READ)
def test_no_page_of_a_project_needs_an_exception_from_the_policy(
    name: str, office: Office, signed_in: Callable[[str], Client]
) -> None:
    """No inline script, style or handler, and nothing from another server."""
    page = signed_in("admin").get(address(name, office)).content.decode()

    assert InlineFinder(page).found == []


@pytest.mark.parametrize("path", OTHERS)
def test_no_other_page_needs_an_exception_either(path: str, office: Office) -> None:
    """The sign-in, the lists and the administration keep to the same policy."""
    office_manager = Client()
    assert office_manager.login(username="operator", password="tests-only-9")
    page = office_manager.get(path)

    assert page.status_code == 200
    assert InlineFinder(page.content.decode()).found == []


def test_the_policy_allows_ourselves_only(office: Office, signed_in: Callable[[str], Client]) -> None:
    """The header names no source but this server, and neither eval nor anything inline."""
    policy = signed_in("viewer").get("/projects/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", ["matches", "match", "open-items", "import", "overview", "record"])
def test_what_stands_in_a_file_is_shown_as_text(name: str, office: Office, signed_in: Callable[[str], Client]) -> None:
    """A script in a counterparty's name never becomes one, and a template's braces are not computed."""
    page = signed_in("admin").get(address(name, office)).content.decode()

    assert HOSTILE_TEXT not in page
    assert not re.search(r">\s*49\s*<", page)


def test_hostile_texts_are_still_readable(office: Office, signed_in: Callable[[str], Client]) -> None:
    """Escaping shows the text as it was received instead of dropping it."""
    client = signed_in("admin")
    suggested = client.get(f"/projects/{office.project_id}/matches/").content.decode()
    opened = client.get(f"/projects/{office.project_id}/open-items/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in suggested
    assert HOSTILE_TEMPLATE in opened
