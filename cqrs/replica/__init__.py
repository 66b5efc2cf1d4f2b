"""Queries on a streaming replica, for whoever need not see more than it has."""

from cqrs.replica.choice import FAILURES, Replica
from cqrs.replica.routing import REPLICA, Router, routed

__all__ = ["FAILURES", "REPLICA", "Replica", "Router", "routed"]
