import json
from collections.abc import Iterator
from typing import Any

from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import QualityRulesSet
from reconciliation.intake.demands import InvalidDemandsError, demands_from
from reconciliation.models import QualityRules


class SetQualityRules(Command[None], requires=project_role(Role.REVIEWER)):
    """Say what the project demands of its files: `{"rules": [{"check": "missing", "field": "reference",
    "share_above": "0.05", "then": "block"}]}`. They hold for every file that is committed from now on.
    """

    project_id: ProjectId
    document: dict[str, Any]

    def validate(self) -> Iterator[tuple[str, str]]:
        try:
            demands_from(self.document)
        except InvalidDemandsError as error:
            yield "document", str(error)


@SetQualityRules.handler
def set_quality_rules(command: SetQualityRules, actor: Actor, clock: Clock) -> None:
    QualityRules.objects.update_or_create(
        project_id=command.project_id,
        defaults={"document": command.document, "set_by_name": actor.name, "set_at": clock.now()},
    )
    document = json.dumps(command.document, ensure_ascii=False)
    event_bus.publish(QualityRulesSet(project_id=command.project_id, document=document, set_by_name=actor.name))
