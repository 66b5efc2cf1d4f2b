"""What people decide about a result, through the API."""

import json

import pytest

from projects.access import Role
from tests.api.conftest import Desk, signed_in


class TestDecisions:
    def test_confirm_several_at_once(self, desk: Desk) -> None:
        """A suggestion that leaves a difference is not confirmed with a click."""
        [suggested] = desk.groups("suggested")

        response = desk.post("groups/confirm-several", {"group_ids": [suggested["id"]]})

        assert (response.status_code, response.json()["code"]) == (409, "unbalanced_match")
        assert len(desk.groups("suggested")) == 1

    def test_confirm_with_an_adjustment(self, desk: Desk) -> None:
        """With the difference explained the suggestion becomes a match of that person."""
        [suggested] = desk.groups("suggested")

        response = desk.post(
            f"groups/{suggested['id']}/confirm",
            {"adjustments": [{"kind": "fee", "amount": "-5.00", "reason": "Bank fee"}], "reason": "As advised"},
        )

        confirmed = response.json()
        assert response.status_code == 200, confirmed
        assert (confirmed["status"], confirmed["decided_by"], confirmed["reason"]) == (
            "confirmed",
            "olga",
            "As advised",
        )
        assert confirmed["adjustments"] == [{"kind": "fee", "amount": "-5.00", "reason": "Bank fee"}]

    def test_take_back_a_confirmation(self, desk: Desk) -> None:
        """Whoever confirmed may let it be a suggestion again, if it is still what they saw."""
        [suggested] = desk.groups("suggested")
        address = f"{desk.project}/groups/{suggested['id']}"
        fee = {"adjustments": [{"kind": "fee", "amount": "-5.00"}]}
        seen = desk.client.post(f"{address}/confirm", fee, format="json")["ETag"]

        outdated = desk.client.post(f"{address}/take-back", {}, format="json", headers={"If-Match": '"1"'})
        response = desk.client.post(f"{address}/take-back", {}, format="json", headers={"If-Match": seen})

        assert outdated.status_code == 412
        assert (response.status_code, response.json()["status"]) == (200, "suggested")
        assert response.json() == {**suggested, "version": 3}

    def test_an_amount_that_is_no_text_is_refused(self, desk: Desk) -> None:
        """I4: a JSON number with a point is rounded before we see it."""
        [suggested] = desk.groups("suggested")

        response = desk.post(
            f"groups/{suggested['id']}/confirm", {"adjustments": [{"kind": "fee", "amount": 9007199254740993.5}]}
        )

        assert (response.status_code, list(response.json()["fields"])) == (400, ["adjustments.0.amount"])

    def test_reject(self, desk: Desk) -> None:
        """A refused suggestion is gone, and its records are open."""
        [suggested] = desk.groups("suggested")

        response = desk.post(f"groups/{suggested['id']}/reject", {"reason": "Different orders"})

        assert (response.status_code, response.content) == (204, b"")
        assert desk.groups("suggested") == []
        assert len(desk.get("open-items", side="left")["results"]) == 2

    def test_unmatch_and_match_by_hand(self, desk: Desk) -> None:
        """A match undone for a reason can be made again by hand: at its own address, by the person's name."""
        match = desk.groups("confirmed")[0]
        left, right = ([leg["record"]["id"] for leg in match[side]] for side in ("left", "right"))
        assert desk.post(f"groups/{match['id']}/unmatch", {"reason": "Too early"}).status_code == 204

        response = desk.post("groups", {"left": left, "right": right, "reason": "After all"})

        made = response.json()
        assert response.status_code == 201, made
        assert (made["origin"], made["decided_by"]) == ("person", "olga")
        assert response["Location"] == f"http://testserver{desk.project}/groups/{made['id']}"

    def test_from_a_form(self, desk: Desk) -> None:
        """The browsable API's form sends ids with commas and adjustments as JSON."""
        left = desk.get("open-items", side="left")["results"][0]["record"]["id"]
        right = desk.get("open-items", side="right")["results"][0]["record"]["id"]
        adjustments = json.dumps([{"kind": "write_off", "amount": "24.10", "reason": "Agreed"}])

        response = desk.client.post(
            f"{desk.project}/groups",
            {"left": f"{left}", "right": f" {right} ", "adjustments": adjustments, "reason": ""},
        )

        assert response.status_code == 201, response.content
        assert response.json()["difference"] == "-24.10"

    @pytest.mark.parametrize("adjustments", ["[", '"x"'])
    def test_from_a_form_with_nonsense(self, desk: Desk, adjustments: str) -> None:
        """What is no JSON list is an error on its field."""
        response = desk.client.post(f"{desk.project}/groups", {"left": "1", "adjustments": adjustments})

        assert response.status_code == 400
        assert [name.split(".")[0] for name in response.json()["fields"]] == ["adjustments"]

    def test_are_not_for_viewers(self, desk: Desk) -> None:
        """Who may only look is told so, and what the role is."""
        mia = signed_in("mia")
        desk.post("members", {"username": "mia", "role": Role.VIEWER})
        [suggested] = desk.groups("suggested")

        response = mia.post(f"{desk.project}/groups/{suggested['id']}/reject", {})

        assert (response.status_code, response.json()["code"]) == (403, "role_too_low")


class TestSums:
    def test_of_several_matches_are_asked_by_repeating_the_parameter(self, desk: Desk) -> None:
        """What a list parameter takes stands once for each value; those that are no suggestions are told apart."""
        [group] = desk.client.get(f"{desk.project}/groups?status=suggested").json()["results"]

        sums = desk.client.get(f"{desk.project}/groups/sums?group_ids={group['id']}&group_ids=999999").json()

        assert (sums["ready"] + sums["unbalanced"], sums["gone"]) == ([group["id"]], [999999])
