"""Chooses the rule set and runs it over the open items of both sources."""

from typing import Any

from cqrs import command_bus, query_bus
from projects.ids import ProjectId
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.commands.start_run import StartRun
from reconciliation.console.command import RefusedError
from reconciliation.console.deliveries import deliver_until
from reconciliation.ids import RuleSetId, SourceId
from reconciliation.queries.get_run import GetRun
from reconciliation.queries.run_rows import RunRow

FINAL = {"completed", "cancelled", "failed"}


def publish(project_id: ProjectId, document: dict[str, Any], note: str) -> RuleSetId:
    name = str(document.get("name") or "Rules")
    return command_bus.dispatch(PublishRuleSet(project_id=project_id, name=name, document=document, note=note))


def run(project_id: ProjectId, rule_set_id: RuleSetId, left: SourceId, right: SourceId) -> RunRow:
    """Match, and wait until the result is published; a run that did not complete is an error with its reason."""
    run_id = command_bus.dispatch(
        StartRun(project_id=project_id, rule_set_id=rule_set_id, left_source_id=left, right_source_id=right)
    )
    deliver_until(lambda: query_bus.ask(GetRun(project_id=project_id, run_id=run_id)).status in FINAL)
    row = query_bus.ask(GetRun(project_id=project_id, run_id=run_id))
    if row.status != "completed":
        raise RefusedError(f"The run ended as {row.status}: {row.error or 'no reason was given'}")
    return row
