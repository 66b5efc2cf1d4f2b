"""Build a projection anew, in a worker."""

from collections.abc import Iterator

from cqrs.buses.events import event_bus
from cqrs.events import ProjectionRebuildRequested, ProjectionRebuilt
from cqrs.lease import Lease
from cqrs.messages import Command
from cqrs.operating.operators import operators
from cqrs.projections.declaration import projections
from cqrs.projections.rebuilding import rebuild, refuse_archived


class RebuildProjection(Command[None], requires=operators):
    """Build a projection anew from the log, beside the generation that is read until the new one takes its place.

    `fresh` throws away one that was left half-way; `incomplete` does without what was archived.
    """

    name: str
    fresh: bool = False
    incomplete: bool = False

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.name not in projections:
            yield "name", f"There is no projection of this name. There are: {', '.join(sorted(projections))}."


@RebuildProjection.handler
def request_rebuild(command: RebuildProjection) -> None:
    if not command.incomplete:
        refuse_archived()
    event_bus.publish(
        ProjectionRebuildRequested(projection=command.name, fresh=command.fresh, incomplete=command.incomplete)
    )


@ProjectionRebuildRequested.worker(key="cqrs.rebuild_projection", long=True, order_by=lambda event: event.projection)
def rebuild_projection(event: ProjectionRebuildRequested, lease: Lease) -> None:
    """A worker that was killed is followed by one that takes the half-built generation up, unless that is unwanted."""
    generation = rebuild(
        projections[event.projection],
        lambda _progress: lease.heartbeat(),
        fresh=event.fresh,
        incomplete=event.incomplete,
    )
    with lease.acknowledging():
        event_bus.publish(ProjectionRebuilt(projection=event.projection, generation=generation))
