"""What happens to a rule set."""

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import RuleSetId


class RuleSetPublished(Event, version=1):
    project_id: ProjectId
    rule_set_id: RuleSetId
    name: str
    rule_set_version: int
    note: str
    published_by: str

    def stream(self) -> str:
        return f"rule_set:{self.rule_set_id}"
