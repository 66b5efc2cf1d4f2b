from cqrs import Clock, Command, ConflictError, NotFoundError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import RunCancelled
from reconciliation.ids import RunId
from reconciliation.models import Run, RunStatus


class RunNotFoundError(NotFoundError):
    """There is no such run in this project."""


class RunOverError(ConflictError):
    """The run is over already; there is nothing to cancel."""


class CancelRun(Command[None], requires=project_role(Role.PREPARER)):
    """Stop a run: one that waits at once, one that computes at its next step. Nothing of it remains."""

    project_id: ProjectId
    run_id: RunId


@CancelRun.handler
def cancel_run(command: CancelRun, clock: Clock) -> None:
    run = Run.objects.select_for_update().filter(project_id=command.project_id, id=command.run_id).first()
    if run is None:
        raise RunNotFoundError
    if not run.is_active:
        raise RunOverError
    if run.status != RunStatus.QUEUED:
        run.cancel_requested = True
        run.save(update_fields=["cancel_requested"])
        return

    run.status = RunStatus.CANCELLED
    run.completed_at = clock.now()
    run.save(update_fields=["status", "completed_at"])
    event_bus.publish(RunCancelled(project_id=command.project_id, run_id=command.run_id))
