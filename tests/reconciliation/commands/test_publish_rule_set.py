from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from cqrs import Context, NotAllowedError, command_bus, query_bus
from cqrs.testing import captured_events
from projects.access import Role
from reconciliation.commands.publish_rule_set import PublishRuleSet, RuleSetRefusedError
from reconciliation.events import RuleSetPublished
from reconciliation.ids import RuleSetId
from reconciliation.queries.get_rule_set import GetRuleSet, RuleSetDetail
from reconciliation.queries.list_rule_sets import ListRuleSets
from tests.reconciliation.desk import BY_REFERENCE, Desk

NO_PASS_NAME = {"name": "Odd", "passes": [{"name": "", "cardinality": "1:1", "rules": [{"type": "SameAmount"}]}]}


def publish(desk: Desk, name: str = "Monthly", note: str = "") -> RuleSetId:
    return command_bus.dispatch(PublishRuleSet(project_id=desk.project_id, name=name, document=BY_REFERENCE, note=note))


def get(desk: Desk, rule_set_id: RuleSetId | None = None) -> RuleSetDetail:
    return query_bus.ask(GetRuleSet(project_id=desk.project_id, rule_set_id=rule_set_id))


class TestPublishRuleSet:
    def test_numbers_the_versions_of_a_name(self, desk: Desk) -> None:
        """The second under a name is version 2, the first of another name version 1; the newest comes first."""
        publish(desk)
        publish(desk, note="Wider dates")
        publish(desk, name="Yearly")

        listed = query_bus.ask(ListRuleSets(project_id=desk.project_id))

        assert [(row.name, row.version, row.note) for row in listed] == [
            ("Yearly", 1, ""),
            ("Monthly", 2, "Wider dates"),
            ("Monthly", 1, ""),
        ]
        assert listed[0].passes == tuple(step["name"] for step in BY_REFERENCE["passes"])

    def test_keeps_earlier_versions_as_they_were(self, desk: Desk) -> None:
        """A published version never changes."""
        first = publish(desk)
        before = get(desk, first)

        publish(desk)

        assert get(desk, first) == before

    def test_answers_with_the_newest_and_its_sentences(self, desk: Desk) -> None:
        """Without an id a query gives what a run would use, also in plain words."""
        publish(desk)
        newest = publish(desk, name="Yearly")

        found = get(desk)

        assert (found.id, found.published_by) == (newest, "olga")
        assert any("Reference and amount" in sentence for sentence in found.sentences)

    def test_tells_of_it(self, desk: Desk) -> None:
        """One event with the version and the note."""
        with captured_events() as events:
            rule_set_id = publish(desk, note="First")

        [event] = [event for event in events if isinstance(event, RuleSetPublished)]
        assert (event.rule_set_id, event.rule_set_version, event.note) == (rule_set_id, 1, "First")

    def test_refuses_a_document_that_cannot_run(self, desk: Desk) -> None:
        """Every mistake is named, under the field that the forms and the API show it at."""
        with pytest.raises(RuleSetRefusedError, match="give the pass a name") as refused:
            command_bus.dispatch(PublishRuleSet(project_id=desk.project_id, name="Odd", document=NO_PASS_NAME))

        assert len(refused.value.fields["document"]) == 1

    def test_needs_a_reviewer(self, desk: Desk, as_person: Callable[[str], AbstractContextManager[Context]]) -> None:
        """What the machine may confirm by itself is not a preparer's to widen."""
        desk.add_member("pia", Role.PREPARER)

        with as_person("pia"), pytest.raises(NotAllowedError):
            publish(desk)
