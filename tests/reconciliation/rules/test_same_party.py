from typing import Any

import pytest

from reconciliation.rules import InvalidRuleSetError, RuleSet
from tests.reconciliation.engine.ledgers import Desk, one, record

AMAZON = ["Amazon EU S.à r.l.", "AMZN Mktp DE", "Amazon"]


def party(**fields: Any) -> dict[str, Any]:
    return one({"type": "SameAmount"}, {"type": "SameParty", **fields})


class TestSameParty:
    @pytest.mark.parametrize(
        ("left", "right", "meets"),
        [
            ("Müller GmbH", "MULLER, GMBH", True),
            ("amazon eu s.a r.l.", "AMZN MKTP-DE", True),
            ("Amazon", "Amazonas Reisen", False),
            ("--", "--", False),
            (None, None, False),
        ],
    )
    def test_names_and_their_aliases(self, desk: Desk, left: str | None, right: str | None, *, meets: bool) -> None:
        """Case, accents and punctuation do not count; two names are one party only if somebody said so."""
        desk.left, desk.right = [record("a", counterparty=left)], [record("x", counterparty=right)]

        assert bool(desk.match(party(aliases=[AMAZON])).pairs()) is meets

    @pytest.mark.parametrize(("account", "meets"), [("DE02 1203 0000 0000 2020 51", True), ("DE02 5001", False)])
    def test_an_account_number_tells_too(self, desk: Desk, account: str, *, meets: bool) -> None:
        """However it is spaced, and whatever name the bank prints beside it."""
        desk.left = [record("a", counterparty="K. Vogel", iban="DE02120300000000202051")]
        desk.right = [record("x", counterparty="Vogel Karl", iban=account)]

        assert bool(desk.match(party(left_account="iban", right_account="iban")).pairs()) is meets

    def test_a_party_is_enough_to_block_on(self) -> None:
        """Candidates are found by what a party is known as, without any other equality."""
        document = {"passes": [one({"type": "SameParty"}, {"type": "DatesWithin"})]}

        assert RuleSet.from_document(document).passes[0].blocks_on_something()

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"left_account": "iban"}, "on both sides, or on none"),
            ({"aliases": [["One", "one."]]}, "two different names"),
            ({"aliases": [["One", "Two"], ["Three", "TWO"]]}, "“two” is a name of two parties"),
        ],
    )
    def test_what_says_nothing_is_refused(self, fields: dict[str, Any], message: str) -> None:
        """An alias is another name, of one party."""
        with pytest.raises(InvalidRuleSetError, match=message):
            RuleSet.from_document({"passes": [party(**fields)]})
