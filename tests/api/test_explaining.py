"""Why, what if, and taking back, through the API."""

from cqrs.testing import drain
from tests.api.conftest import RULES, Desk


class TestExplaining:
    def test_a_match_is_explained_rule_by_rule(self, desk: Desk) -> None:
        """Both values of each rule, money as text."""
        [group, *_] = desk.groups("confirmed")

        why = desk.get(f"groups/{group['id']}/explanation")

        assert [rule["rule"] for rule in why["pairs"][0]["rules"]] == ["SameReference", "SameAmount"]
        assert why["pairs"][0]["rules"][1]["left"] == [{"field": "amount", "value": "100.00 EUR"}]

    def test_an_open_record_is_explained(self, desk: Desk) -> None:
        """Nothing is near the fourth line, and that is an answer."""
        [record, *_] = desk.get("open-items", side="left")["results"]

        assert desk.get(f"records/{record['record']['id']}/explanation")["group_id"] is None

    def test_rules_are_tried_and_nothing_is_published(self, desk: Desk) -> None:
        """Accepted, then asked for again until the answer is there."""
        response = desk.post("simulations", {"document": RULES})
        drain()

        answer = desk.get(f"simulations/{response.json()['id']}")

        assert response.status_code == 202, response.json()
        assert (answer["status"], answer["back_test"]) == ("completed", None)
        assert answer["suggestions_again"] == 1

    def test_a_run_is_taken_back(self, desk: Desk) -> None:
        """With the reason, in the background."""
        [group, *_] = desk.groups("confirmed")

        response = desk.post(f"runs/{group['run_id']}/undo", {"reason": "The wrong rules"})
        drain()

        assert response.status_code == 202, response.json()
        assert desk.get(f"runs/{group['run_id']}")["status"] == "undone"
        assert desk.groups("confirmed") == []

    def test_learnt_rules_have_their_evidence(self, desk: Desk) -> None:
        """Nothing was matched by hand: nothing is learnt, and it says how many it would take."""
        learnt = desk.get("rule-sets/learnt")

        assert (learnt["proposals"], learnt["looked_at"], learnt["enough"]) == ([], 0, 3)
