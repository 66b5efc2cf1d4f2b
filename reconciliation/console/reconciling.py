"""Two files in, a reconciliation out: the steps in their order, each through the buses."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from cqrs import query_bus
from projects.ids import ProjectId
from reconciliation.console import importing, running
from reconciliation.console.importing import Arrival
from reconciliation.console.progress import StageClock
from reconciliation.console.request import Request
from reconciliation.ids import RuleSetId, Side
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.get_rule_set import GetRuleSet, RuleSetDetail
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.propose_rule_set import NothingToLookAtError, ProposeRuleSet, RuleSetProposal
from reconciliation.queries.run_rows import RunRow

NO_RULES = {"name": "No rules: one side is empty", "passes": []}


@dataclass(frozen=True)
class Files:
    """Both files as they arrived; one whose bytes were there already has no detail, for nothing happened to it."""

    arrivals: dict[Side, Arrival]
    details: dict[Side, ImportDetail]


@dataclass
class Reconciliation:
    """One pass through the work. `watched` opens a display of progress for what is done inside it."""

    request: Request
    project_id: ProjectId
    clock: StageClock
    watched: Callable[[], AbstractContextManager[None]]

    def bring_in(self) -> Files:
        """Upload both files; refuse while either leaves a question open."""
        arrivals: dict[Side, Arrival] = {}
        with self.watched():
            for side, path in self.request.files.items():
                with self.clock.about(path.name):
                    self.clock.stage("detecting", 0)
                    arrivals[side] = importing.upload(self.project_id, side, path, self.request.mappings.get(side))
        files = self._files(arrivals)
        importing.refuse_open_questions(self.project_id, files.details)
        return files

    def commit(self, files: Files) -> Files:
        """Import the records of both files; what is known of them afterwards."""
        with self.watched():
            for arrival in files.arrivals.values():
                with self.clock.about(arrival.path.name):
                    importing.commit(self.project_id, arrival)
        return self._files(files.arrivals)

    def _files(self, arrivals: dict[Side, Arrival]) -> Files:
        new = {side: arrival.import_id for side, arrival in arrivals.items() if arrival.import_id is not None}
        return Files(arrivals, {side: importing.detail(self.project_id, each) for side, each in new.items()})

    def choose_rules(self) -> tuple[RuleSetDetail, RuleSetProposal | None]:
        """The rules that were handed over, else the project's latest, else proposed ones with their evidence."""
        if self.request.rules is not None:
            return self._published(self.request.rules, "from the command line"), None
        if query_bus.ask(ListRuleSets(project_id=self.project_id)):
            return query_bus.ask(GetRuleSet(project_id=self.project_id)), None
        with self.watched(), self.clock.about("rules"):
            self.clock.stage("proposing", 0)
            try:
                proposal = query_bus.ask(ProposeRuleSet(project_id=self.project_id))
            except NothingToLookAtError:  # one file holds no record: everything on the other side is open
                return self._published(NO_RULES, "nothing to propose from"), None
        return self._published(proposal.document, "proposed from the records"), proposal

    def run(self, rule_set_id: RuleSetId, files: Files) -> RunRow:
        with self.watched(), self.clock.about("matching"):
            left, right = files.arrivals[Side.LEFT], files.arrivals[Side.RIGHT]
            return running.run(self.project_id, rule_set_id, left.source_id, right.source_id)

    def _published(self, document: dict[str, Any], note: str) -> RuleSetDetail:
        rule_set_id = running.publish(self.project_id, document, note)
        return query_bus.ask(GetRuleSet(project_id=self.project_id, rule_set_id=rule_set_id))
