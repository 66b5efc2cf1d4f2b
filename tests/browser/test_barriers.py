"""WCAG 2.2 AA, as far as a machine can tell, in both themes; and keys in the review list."""

import pytest

from tests.browser.visitor import Visitor
from tests.pages.addresses import address
from tests.pages.office import open_office

pytestmark = pytest.mark.browser

PAGES = ["overview", "imports", "upload", "import", "rules", "edit-rules", "runs", "run", "matches", "match"]
PAGES += ["open-items", "record", "source", "members", "project-settings"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_barrier(visitor: Visitor, theme: str) -> None:
    """axe-core finds nothing on any page, as a light and as a dark one."""
    office = open_office()
    visitor.visits("/sign-in/")
    visitor.prefers(theme)
    visitor.signs_in("admin")
    found = {"/projects/": visitor.barriers()}
    for name in PAGES:
        visitor.visits(address(name, office))
        found[name] = visitor.barriers()
    visitor.visits(f"/projects/{office.project_id}/imports/{office.proposed_id}/")
    for kind in ("lookup", "concatenate"):
        visitor.clicks(f"button[name=add-step][value={kind}]")
        visitor.sees(f"{kind.capitalize()}\n")
    found["wizard"] = visitor.barriers()

    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def test_the_review_list_answers_to_keys(visitor: Visitor) -> None:
    """The question mark explains, escape closes, J goes to the first match and R asks for a reason."""
    office = open_office()
    visitor.signs_in("admin")
    visitor.visits(address("matches", office))
    visitor.presses("?")
    visitor.sees("Previous match")
    visitor.escapes()
    visitor.presses("j", "r")

    assert visitor.finds(".reject[open] input[name=reason]").is_displayed()


def test_a_difference_is_counted_exactly_while_one_selects(visitor: Visitor) -> None:
    """An adjustment starts with what is missing, and the match can be made once nothing is."""
    office = open_office()
    visitor.signs_in("admin")
    visitor.visits(address("open-items", office))
    visitor.clicks("input[name=left]")
    assert not visitor.finds("[data-match]").is_enabled()

    visitor.follows("Adjustment")

    assert visitor.finds("[name=adjustment_amount]").get_attribute("value") == "-19.99"
    assert visitor.reads("[data-difference]") == "0.00 EUR"
    assert visitor.finds("[data-match]").is_enabled()
