from datetime import timedelta
from typing import Any

from cqrs import query_bus
from reconciliation.ids import Side
from reconciliation.queries.learn_rules import LearnRules, LearntRules
from reconciliation.rules import RuleSet
from tests.reconciliation.desk import BY_REFERENCE, DAY, Desk


def learn(desk: Desk) -> LearntRules:
    return query_bus.ask(LearnRules(project_id=desk.project_id))


def match_by_hand(desk: Desk, places: range) -> None:
    """The number of the right reference stands in the left text; the money came within three days."""
    left = [{"amount": 1000 + 7 * place, "text": f"PAYMENT FOR INV-{1000 + place}"} for place in places]
    right: list[dict[str, Any]] = [
        {
            "amount": 1000 + 7 * place,
            "reference": f"INV-{1000 + place}",
            "booking_date": DAY - timedelta(days=place % 4),
        }
        for place in places
    ]
    for one, other in zip(desk.bring(Side.LEFT, *left), desk.bring(Side.RIGHT, *right), strict=True):
        desk.match([one], [other])


class TestLearnRules:
    def test_learns_what_the_matches_have_in_common(self, desk: Desk) -> None:
        """The amount, the reference in the text and the dates, each with how often it holds elsewhere."""
        match_by_hand(desk, range(5))

        [proposal] = learn(desk).proposals

        assert (proposal.covers, proposal.of, proposal.wrong) == (5, 5, 0)
        rules = [rule["type"] for rule in proposal.document["rules"]]
        assert rules[0] in {"SameAmount", "ReferenceInText"}
        assert "DatesWithin" in rules
        assert all(rule.held == 5 for rule in proposal.rules)
        assert proposal.rules[0].held_elsewhere == 0

    def test_suggests_until_enough_matches_speak_for_it(self, desk: Desk) -> None:
        """Five matches are a hint, twenty are a habit."""
        match_by_hand(desk, range(5))
        few = learn(desk).proposals[0].document["decide"]["confirm_at"]
        match_by_hand(desk, range(5, 25))

        assert (few, learn(desk).proposals[0].document["decide"]["confirm_at"]) == (None, 85)

    def test_a_proposal_fits_into_the_rules(self, desk: Desk) -> None:
        """Added to the newest rule set it is a rule set that can be published, and it finds what was done by hand."""
        desk.publish_rules(BY_REFERENCE | {"passes": BY_REFERENCE["passes"][:1]})
        match_by_hand(desk, range(5))
        learnt = learn(desk)

        draft = learnt.draft | {"passes": [*learnt.draft["passes"], learnt.proposals[0].document]}

        assert RuleSet.from_document(draft).passes[-1].name.startswith("Learnt: ")

    def test_two_matches_are_no_habit(self, desk: Desk) -> None:
        """It says how many it looked at, and how many it takes."""
        match_by_hand(desk, range(2))

        learnt = learn(desk)

        assert (learnt.proposals, learnt.looked_at, learnt.enough) == ((), 2, 3)

    def test_matches_without_anything_in_common_teach_nothing(self, desk: Desk) -> None:
        """No rule is invented: amounts, references and dates all differ."""
        for place in range(4):
            left = desk.bring(Side.LEFT, {"amount": 1000 + place, "reference": f"A{place}"})
            right = desk.bring(Side.RIGHT, {"amount": 90_000 * (place + 1), "reference": f"Z{place * 31}"})
            short = f"{(90_000 * (place + 1) - 1000 - place) / 100:.2f}"
            desk.match(left, right, adjustments=(desk.fee(short),))

        assert learn(desk).proposals == ()
