"""I14: no message of matching reaches into another project, neither by its own id nor by that of a thing in it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

import pytest

from cqrs import Command, Context, NotFoundError, Query, command_bus, query_bus
from projects.access import ProjectNotFoundError, Role
from projects.ids import ProjectId
from reconciliation.commands.cancel_run import CancelRun
from reconciliation.commands.cancel_simulation import CancelSimulation
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.confirm_matches import ConfirmMatches
from reconciliation.commands.keep_apart import KeepApart
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.simulate_rule_set import SimulateRuleSet
from reconciliation.commands.start_run import StartRun
from reconciliation.commands.undo_run import UndoRun
from reconciliation.commands.unmatch import Unmatch
from reconciliation.ids import GroupId, RecordId, RuleSetId, RunId, Side, SimulationId, SourceId
from reconciliation.queries.explain_match import ExplainMatch
from reconciliation.queries.explain_non_match import ExplainNonMatch
from reconciliation.queries.get_group import GetGroup
from reconciliation.queries.get_rule_set import GetRuleSet
from reconciliation.queries.get_run import GetRun
from reconciliation.queries.get_simulation import GetSimulation
from reconciliation.queries.get_standing import GetStanding
from reconciliation.queries.learn_rules import LearnRules
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_open_items import ListOpenItems
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.list_runs import ListRuns
from reconciliation.queries.list_simulations import ListSimulations
from reconciliation.queries.propose_rule_set import ProposeRuleSet
from reconciliation.queries.sum_matches import SumMatches
from tests.factories import UserFactory, make_project
from tests.reconciliation.desk import BY_REFERENCE, SAME_AMOUNT, Desk

Message = Command[Any] | Query[Any]


def send(message: Message) -> object:
    return command_bus.dispatch(message) if isinstance(message, Command) else query_bus.ask(message)


def naming_things(project_id: ProjectId, desk: Desk) -> list[Message]:
    """Messages of one project that name a thing of another: the desk's group, run, rule set, source and records."""
    [group] = desk.groups()
    group_id, run_id = group.id, RunId(group.run_id or 0)
    left, right = group.left[0].record.id, group.right[0].record.id
    rule_set_id = desk.run_row(run_id).rule_set_id
    return [
        ConfirmMatch(project_id=project_id, group_id=group_id),
        ConfirmMatches(project_id=project_id, group_ids=(group_id,)),
        RejectMatch(project_id=project_id, group_id=group_id),
        Unmatch(project_id=project_id, group_id=group_id, reason="No"),
        MatchByHand(project_id=project_id, left=(left,), right=(right,)),
        KeepApart(project_id=project_id, left=(left,), right=(right,), reason="No"),
        UndoRun(project_id=project_id, run_id=run_id, reason="No"),
        CancelRun(project_id=project_id, run_id=run_id),
        StartRun(project_id=project_id, rule_set_id=rule_set_id),
        StartRun(project_id=project_id, left_source_id=desk.sources[Side.LEFT]),
        GetGroup(project_id=project_id, group_id=group_id),
        ExplainMatch(project_id=project_id, group_id=group_id),
        ExplainNonMatch(project_id=project_id, record_id=left),
        GetRun(project_id=project_id, run_id=run_id),
        GetRuleSet(project_id=project_id, rule_set_id=rule_set_id),
    ]


def of_the_project(project_id: ProjectId) -> list[Message]:
    """One of each message, with ids that do not matter."""
    some, record, source = GroupId(1), RecordId(1), SourceId(1)
    return [
        ConfirmMatch(project_id=project_id, group_id=some),
        ConfirmMatches(project_id=project_id, group_ids=(some,)),
        RejectMatch(project_id=project_id, group_id=some),
        Unmatch(project_id=project_id, group_id=some, reason="No"),
        MatchByHand(project_id=project_id, left=(record,), right=(RecordId(2),)),
        KeepApart(project_id=project_id, left=(record,), right=(RecordId(2),), reason="No"),
        CancelRun(project_id=project_id, run_id=RunId(1)),
        UndoRun(project_id=project_id, run_id=RunId(1), reason="No"),
        SimulateRuleSet(project_id=project_id, document=BY_REFERENCE),
        CancelSimulation(project_id=project_id, simulation_id=SimulationId(1)),
        GetSimulation(project_id=project_id, simulation_id=SimulationId(1)),
        ListSimulations(project_id=project_id),
        ExplainMatch(project_id=project_id, group_id=some),
        ExplainNonMatch(project_id=project_id, record_id=record),
        SumMatches(project_id=project_id, group_ids=(some,)),
        LearnRules(project_id=project_id),
        StartRun(project_id=project_id, left_source_id=source),
        PublishRuleSet(project_id=project_id, name="Mine", document=BY_REFERENCE),
        GetGroup(project_id=project_id, group_id=some),
        GetRun(project_id=project_id, run_id=RunId(1)),
        GetRuleSet(project_id=project_id, rule_set_id=RuleSetId(1)),
        GetStanding(project_id=project_id),
        ListGroups(project_id=project_id),
        ListOpenItems(project_id=project_id, side=Side.LEFT),
        ListRuleSets(project_id=project_id),
        ListRuns(project_id=project_id),
        ProposeRuleSet(project_id=project_id),
    ]


class TestProjectBoundary:
    def test_hides_a_project_from_a_stranger(
        self, desk: Desk, as_person: Callable[[str], AbstractContextManager[Context]]
    ) -> None:
        """Whatever a person sends who is no member, the project might as well not exist."""
        for message in of_the_project(desk.project_id):
            with as_person("sten"), pytest.raises(ProjectNotFoundError):
                send(message)

    def test_hides_the_things_of_another_project(self, desk: Desk) -> None:
        """A member of both projects does not reach from one into the other."""
        desk.suggest(*SAME_AMOUNT)
        elsewhere = Desk(make_project(UserFactory.create(username="otto"), olga=Role.ADMIN))
        elsewhere.bring(Side.LEFT, {"amount": 1})
        elsewhere.bring(Side.RIGHT, {"amount": 1})
        elsewhere.publish_rules()

        for message in naming_things(elsewhere.project_id, desk):
            with pytest.raises(NotFoundError):
                send(message)

        assert [group.status for group in desk.groups()] == ["suggested"]

    def test_keeps_runs_apart(self, desk: Desk) -> None:
        """A run matches its own project's records only, though the other one's fit as well."""
        elsewhere = Desk(make_project(UserFactory.create(username="otto"), olga=Role.ADMIN))
        same = {"reference": "INV-1", "amount": 1000}
        desk.bring(Side.LEFT, same)
        desk.bring(Side.RIGHT, {"amount": 1})
        elsewhere.bring(Side.RIGHT, same)
        desk.publish_rules()

        desk.run()

        assert desk.groups() == ()
        assert elsewhere.standing().rows[0].open.amount == Decimal(10)
