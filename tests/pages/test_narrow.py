"""Pages on a screen as wide as a telephone's."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.pages.addresses import READ, address
from tests.pages.office import Office

SCROLLING = {"table-wrap", "sticky-head"}


class TableFinder(HTMLParser):
    """Counts the tables, and those that no box with a scroll bar of its own holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.boxes: list[bool] = []
        self.found = self.loose = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "div":
            self.boxes.append(not SCROLLING.isdisjoint((dict(attrs).get("class") or "").split()))
        if tag == "table":
            self.found += 1
            self.loose += not any(self.boxes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self.boxes:
            self.boxes.pop()


def test_the_finder_tells_a_loose_table() -> None:
    """Beside its box a table is loose, within it not."""
    found = TableFinder('<div class="table-wrap"><table></table></div><div><table></table></div>')

    assert (found.found, found.loose) == (2, 1)


@pytest.mark.parametrize("name", READ)
def test_a_wide_table_scrolls_by_itself(name: str, office: Office, signed_in: Callable[[str], Client]) -> None:
    """The page never has to be moved sideways."""
    page = signed_in("viewer").get(address(name, office)).content.decode()

    assert TableFinder(page).loose == 0
