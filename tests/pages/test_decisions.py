"""Deciding where one looks: confirm, reject, undo, match by hand."""

from collections.abc import Callable

import pytest
from django.test import Client

from cqrs import NotFoundError, query_bus
from cqrs.actor import Actor
from cqrs.context import acting_as
from reconciliation.ids import GroupId, Side
from reconciliation.queries.get_group import GetGroup, GroupRow
from reconciliation.queries.list_open_items import ListOpenItems
from tests.pages.office import Office

HTMX = {"hx-request": "true"}


def group_of(office: Office, group_id: GroupId) -> GroupRow:
    with acting_as(Actor.system("test"), source="test"):
        return query_bus.ask(GetGroup(project_id=office.project_id, group_id=group_id))


def matches(office: Office, rest: str) -> str:
    return f"/projects/{office.project_id}/matches/{rest}"


class TestConfirm:
    def test_with_the_adjustment_that_closes_the_difference(
        self, office: Office, signed_in: Callable[[str], Client]
    ) -> None:
        """A suggestion with a difference is confirmed together with the line that books it."""
        typed = {"adjustment_kind": "fee", "adjustment_amount": "-1.50", "adjustment_reason": "bank charge"}
        page = signed_in("preparer").post(matches(office, f"{office.suggested_id}/confirm/"), typed, headers=HTMX)

        assert group_of(office, office.suggested_id).status == "confirmed"
        assert "Undo" in page.content.decode()
        assert "bank charge" in page.content.decode()

    def test_a_difference_without_adjustment_is_refused_in_the_card(
        self, office: Office, signed_in: Callable[[str], Client]
    ) -> None:
        """What is missing is said in the card itself, and the suggestion stands."""
        page = signed_in("preparer").post(matches(office, f"{office.suggested_id}/confirm/"), headers=HTMX)

        assert 'role="alert"' in page.content.decode()
        assert group_of(office, office.suggested_id).status == "suggested"

    def test_an_outdated_card_is_a_conflict(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """Whoever decides on a version that is no longer current is told so, and sees the current one."""
        page = signed_in("preparer").post(
            matches(office, f"{office.suggested_id}/confirm/"), {"version": "99"}, headers=HTMX
        )

        assert "The match changed since you looked at it." in page.content.decode()

    def test_an_amount_that_is_no_number(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """An adjustment that cannot be read changes nothing and is explained."""
        typed = {"adjustment_kind": "fee", "adjustment_amount": "much", "adjustment_reason": ""}
        page = signed_in("preparer").post(matches(office, f"{office.suggested_id}/confirm/"), typed, headers=HTMX)

        assert "is a number" in page.content.decode()
        assert group_of(office, office.suggested_id).status == "suggested"

    def test_without_htmx_it_leads_back_to_the_list(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """The same form works in a browser without scripts; the refusal is a message on the list."""
        page = signed_in("preparer").post(matches(office, f"{office.suggested_id}/confirm/"), follow=True)

        assert [(f"/projects/{office.project_id}/matches/", 302)] == page.redirect_chain
        assert "toast-error" in page.content.decode()


class TestReject:
    def test_the_group_is_gone_and_the_reason_kept(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """A rejected suggestion leaves a note where it stood."""
        typed = {"reason": "another customer"}
        page = signed_in("preparer").post(matches(office, f"{office.suggested_id}/reject/"), typed, headers=HTMX)

        assert "Rejected." in page.content.decode()
        with pytest.raises(NotFoundError):
            group_of(office, office.suggested_id)


class TestUndo:
    def test_right_after_confirming_leads_back_to_the_suggestion(
        self, office: Office, signed_in: Callable[[str], Client]
    ) -> None:
        """The card that was just confirmed offers to take that back, and then is as it was before."""
        client = signed_in("preparer")
        typed = {"adjustment_kind": "fee", "adjustment_amount": "-1.50", "adjustment_reason": "bank charge"}
        confirmed = client.post(matches(office, f"{office.suggested_id}/confirm/"), typed, headers=HTMX)
        page = client.post(matches(office, f"{office.suggested_id}/take-back/"), {"version": "2"}, headers=HTMX)

        assert matches(office, f"{office.suggested_id}/take-back/") in confirmed.content.decode()
        assert "Confirm" in page.content.decode()
        assert "bank charge" not in page.content.decode()
        assert group_of(office, office.suggested_id).status == "suggested"

    def test_a_confirmed_match_can_be_taken_back(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """Unmatching, for a reason, opens the records again and says so in the card's place."""
        page = signed_in("preparer").post(
            matches(office, f"{office.group_id}/unmatch/"), {"reason": "Two customers"}, headers=HTMX
        )

        assert "Unmatched." in page.content.decode()

    def test_twice_is_told_once_more_in_place(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """The second click finds nothing to undo and learns that, instead of an error page."""
        client = signed_in("preparer")
        client.post(matches(office, f"{office.group_id}/unmatch/"), {"reason": "Two customers"}, headers=HTMX)
        page = client.post(matches(office, f"{office.group_id}/unmatch/"), {"reason": "Two customers"}, headers=HTMX)

        assert page.status_code == 200
        assert "no longer there" in page.content.decode()


class TestMatchByHand:
    def test_selected_records_become_a_match(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """One record of each side with the same amount: the new match is shown, with its reason."""
        with acting_as(Actor.system("test"), source="test"):
            [left] = query_bus.ask(ListOpenItems(project_id=office.project_id, side=Side.LEFT)).items
            [right] = query_bus.ask(ListOpenItems(project_id=office.project_id, side=Side.RIGHT)).items
        typed = {"left": left.record.id, "right": right.record.id, "reason": "asked the bank"}
        page = signed_in("preparer").post(f"/projects/{office.project_id}/open-items/match/", typed, follow=True)

        assert "by hand" in page.content.decode()
        assert "asked the bank" in page.content.decode()

    def test_what_does_not_balance_is_refused(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """A single record is no match; the open items say why."""
        typed = {"left": office.record_id}
        page = signed_in("preparer").post(f"/projects/{office.project_id}/open-items/match/", typed, follow=True)

        assert "Name at least two records" in page.content.decode()
