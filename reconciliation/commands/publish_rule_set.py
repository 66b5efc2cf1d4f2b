from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from cqrs import Actor, Clock, Command, ConflictError, InvalidMessageError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import RuleSetPublished
from reconciliation.ids import RuleSetId
from reconciliation.models import RuleSetVersion
from reconciliation.rules import InvalidRuleSetError, RuleSet


class RuleSetRefusedError(InvalidMessageError):
    """The rule set cannot be run as it is written."""


class RuleSetPublishedMeanwhileError(ConflictError):
    """Somebody published a version of this rule set while you did. Look at it, then publish yours again."""


class PublishRuleSet(Command[RuleSetId], requires=project_role(Role.REVIEWER)):
    """Make a rule set the next version under its name; runs use the newest unless they are told otherwise."""

    project_id: ProjectId
    name: str
    document: dict[str, Any]
    note: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.name.strip():
            yield "name", "Give the rule set a name."
        if len(self.name) > 200:  # noqa: PLR2004  the column's length
            yield "name", "At most 200 characters."


@PublishRuleSet.handler
def publish_rule_set(command: PublishRuleSet, actor: Actor, clock: Clock) -> RuleSetId:
    name = command.name.strip()
    document = _checked(command.document)
    versions = RuleSetVersion.objects.filter(project_id=command.project_id, name=name)
    try:
        with transaction.atomic():
            published = RuleSetVersion.objects.create(
                project_id=command.project_id,
                name=name,
                version=(versions.aggregate(last=Max("version"))["last"] or 0) + 1,
                document=document,
                note=command.note,
                published_by=actor.user_id,
                published_by_name=actor.name,
                published_at=clock.now(),
            )
    except IntegrityError as error:  # only the constraint on the version means this
        raise RuleSetPublishedMeanwhileError(name) from error

    rule_set_id = RuleSetId(published.pk)
    event_bus.publish(
        RuleSetPublished(
            project_id=command.project_id,
            rule_set_id=rule_set_id,
            name=name,
            rule_set_version=published.version,
            note=command.note,
            published_by=actor.name,
        )
    )
    return rule_set_id


def _checked(document: dict[str, Any]) -> dict[str, Any]:
    """The document in its full form, so that a default that changes later changes no published version."""
    try:
        return RuleSet.from_document(document).to_document()
    except InvalidRuleSetError as error:
        raise RuleSetRefusedError(
            {"document": [str(problem) for problem in error.problems]}, detail=str(error)
        ) from error
