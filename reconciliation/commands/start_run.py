from datetime import date

from django.db import IntegrityError, transaction

from cqrs import Actor, Clock, Command, ConflictError, DomainError, NotFoundError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import RunStarted
from reconciliation.ids import RuleSetId, RunId, Side, SourceId
from reconciliation.models import Import, ImportStatus, RuleSetVersion, Run, Source


class RunActiveError(ConflictError):
    """A run of this project is under way. Wait for it, or cancel it."""


class RuleSetNotFoundError(NotFoundError):
    """There is no such rule set in this project. Publish one first."""


class NothingToMatchError(DomainError):
    """A run compares two sides: import a file on each of them first."""


class StartRun(Command[RunId], requires=project_role(Role.PREPARER)):
    """Match the open items up to a cut-off. What is left out: the newest rule set, all sources, all dates."""

    project_id: ProjectId
    rule_set_id: RuleSetId | None = None
    left_source_id: SourceId | None = None
    right_source_id: SourceId | None = None
    cut_off: date | None = None


@StartRun.handler
def start_run(command: StartRun, actor: Actor, clock: Clock) -> RunId:
    rule_set = _rule_set(command)
    left = _source(command, Side.LEFT, command.left_source_id)
    right = _source(command, Side.RIGHT, command.right_source_id)
    try:
        with transaction.atomic():
            run = Run.objects.create(
                project_id=command.project_id,
                rule_set=rule_set,
                left_source=left,
                right_source=right,
                cut_off=command.cut_off,
                started_by=actor.user_id,
                started_by_name=actor.name,
                created_at=clock.now(),
            )
    except IntegrityError as error:  # only the constraint on active runs means this
        raise RunActiveError from error

    run_id = RunId(run.pk)
    event_bus.publish(
        RunStarted(
            project_id=command.project_id,
            run_id=run_id,
            rule_set_id=RuleSetId(rule_set.pk),
            left_source_id=command.left_source_id,
            right_source_id=command.right_source_id,
            cut_off=command.cut_off,
            started_by=actor.name,
        )
    )
    return run_id


def _rule_set(command: StartRun) -> RuleSetVersion:
    published = RuleSetVersion.objects.filter(project_id=command.project_id)
    if command.rule_set_id is not None:
        published = published.filter(id=command.rule_set_id)
    newest = published.order_by("-id").first()
    if newest is None:
        raise RuleSetNotFoundError
    return newest


def _source(command: StartRun, side: Side, source_id: SourceId | None) -> Source | None:
    """The one source of the side that was asked for, if one was; the side must have a committed import."""
    source = None if source_id is None else Source.in_project(command.project_id, source_id)
    committed = Import.objects.filter(project_id=command.project_id, status=ImportStatus.COMMITTED, source__side=side)
    if source is not None:
        committed = committed.filter(source=source)
    if not committed.exists():
        raise NothingToMatchError
    return source
