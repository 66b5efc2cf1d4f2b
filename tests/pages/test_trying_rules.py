"""Rules tried before they are published, on their pages."""

import json
from collections.abc import Callable

from django.test import Client

from cqrs import Actor, acting_as, query_bus
from cqrs.testing import drain
from reconciliation.queries.list_rule_sets import ListRuleSets
from tests.pages.office import RULES, Office


def rules_page(office: Office, rest: str) -> str:
    return f"/projects/{office.project_id}/rules/{rest}"


class TestTryingRules:
    def test_from_the_editor_to_what_they_would_find(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """Tried, not published: the page tells each pass, the back-test, and offers to publish."""
        client = signed_in("reviewer")
        typed = {"name": "Stricter", "document": json.dumps(RULES | {"passes": RULES["passes"][:1]})}

        page = client.post(rules_page(office, "try/"), typed)
        drain()
        shown = client.get(page["Location"]).content.decode()

        assert "Reference and amount" in shown
        assert "nobody has decided anything yet" in shown
        assert "Publish these rules" in shown
        with acting_as(Actor.system("test"), source="test"):
            assert len(query_bus.ask(ListRuleSets(project_id=office.project_id))) == 1

    def test_a_mistake_is_told_in_the_editor(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """The pass and the rule, with what was typed still there."""
        typed = {"name": "Wrong", "document": '{"passes": [{"name": "A", "rules": [{"type": "Nowhere"}]}]}'}

        shown = signed_in("preparer").post(rules_page(office, "try/"), typed).content.decode()

        assert "Nowhere" in shown
        assert "is not a rule" in shown


class TestLearningRules:
    def test_says_how_much_it_takes(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """Nothing was matched by hand yet."""
        shown = signed_in("viewer").get(rules_page(office, "learn/")).content.decode()

        assert "It takes at least 3 matches by hand" in shown

    def test_a_draft_opens_in_the_editor(self, office: Office, signed_in: Callable[[str], Client]) -> None:
        """With the rules that are published now, and nothing published by it."""
        shown = signed_in("reviewer").post(rules_page(office, "learn/"), {"accept": "0"}).content.decode()

        assert "Reference alone" in shown
        assert "Publish" in shown
