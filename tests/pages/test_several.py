"""Several suggestions confirmed at once, and why a match was found: asked for and shown where people decide."""

from collections.abc import Callable

from django.test import Client

from tests.pages.office import Office


def matches(office: Office, rest: str) -> str:
    return f"/projects/{office.project_id}/matches/{rest}"


class TestConfirmSeveral:
    def test_shows_what_leaves_a_difference_before_anything_is_confirmed(
        self, office: Office, signed_in: Callable[[str], Client]
    ) -> None:
        """Nothing of the ticked can be confirmed as it is: it says which, and offers no button."""
        page = signed_in("preparer").get(matches(office, "confirm-several/"), {"group": office.suggested_id})

        assert f"match {office.suggested_id}" in page.content.decode()
        assert "leave a difference" in page.content.decode()
        assert "Confirm 1<" not in page.content.decode()

    def test_nothing_ticked_is_told(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """Back to the list, with what to do."""
        page = signed_in("preparer").get(matches(office, "confirm-several/"), follow=True)

        assert "Tick the matches to confirm." in page.content.decode()


class TestWhy:
    def test_the_rules_are_told_with_both_values(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """Asked for from the card."""
        shown = signed_in("viewer").get(matches(office, f"{office.group_id}/explanation/")).content.decode()

        assert "INV-0001" in shown
        assert "100.00 EUR" in shown

    def test_an_open_record_is_explained(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """What comes nearest, and what keeps the two apart."""
        address = f"/projects/{office.project_id}/records/{office.record_id}/explanation/"

        shown = signed_in("viewer").get(address).content.decode()

        assert "reference only" in shown
