from collections.abc import Iterator

from django.db import IntegrityError, transaction

from cqrs import Actor, Clock, Command, ConflictError, NotFoundError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.locks import shut_out_decisions
from reconciliation.events import RunUndoRequested
from reconciliation.ids import RunId
from reconciliation.models import Run, RunStatus


class RunToUndoNotFoundError(NotFoundError):
    """There is no such run in this project."""


class RunNotCompletedError(ConflictError):
    """Only a completed run can be taken back: this one is under way, ended without a result, or is undone already."""


class RunInTheWayError(ConflictError):
    """Another run of this project is under way. Wait for it, or cancel it."""


class UndoRun(Command[None], requires=project_role(Role.PREPARER)):
    """Take back all that a run matched and nobody decided on since: its records are open again, with their ages.

    What people confirmed or matched by hand stands. No pair is remembered as refused: the next run may find it again.
    """

    project_id: ProjectId
    run_id: RunId
    reason: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.reason.strip():
            yield "reason", "Say why the run is taken back."


@UndoRun.handler
def undo_run(command: UndoRun, actor: Actor, clock: Clock) -> None:
    """From here on nobody decides on the project's matches until the worker has hidden those of the run."""
    shut_out_decisions(command.project_id)
    run = Run.objects.select_for_update().filter(project_id=command.project_id, id=command.run_id).first()
    if run is None:
        raise RunToUndoNotFoundError
    if run.status != RunStatus.COMPLETED:
        raise RunNotCompletedError
    run.status = RunStatus.UNDOING
    run.undone_by, run.undone_by_name = actor.user_id, actor.name
    run.undone_at, run.undone_because = clock.now(), command.reason.strip()
    try:
        with transaction.atomic():
            run.save(update_fields=["status", "undone_by", "undone_by_name", "undone_at", "undone_because"])
    except IntegrityError as error:  # only the constraint on active runs means this
        raise RunInTheWayError from error
    event_bus.publish(
        RunUndoRequested(
            project_id=command.project_id, run_id=command.run_id, undone_by=actor.name, reason=run.undone_because
        )
    )
