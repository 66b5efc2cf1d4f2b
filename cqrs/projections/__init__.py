"""Read models that follow the event log, and are rebuilt from it beside the one that is read."""

from cqrs.projections.declaration import Intake, Projection, projections

__all__ = ["Intake", "Projection", "projections"]
