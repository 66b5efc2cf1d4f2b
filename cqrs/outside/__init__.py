"""Services for what stands outside this process, and what keeps them from hanging while it is away."""

from cqrs.outside.resilience import OutOfReachError, Policy, Resilience
from cqrs.outside.services import Broker, Cache, Database, GuardedFiles, Http, Mail

__all__ = ["Broker", "Cache", "Database", "GuardedFiles", "Http", "Mail", "OutOfReachError", "Policy", "Resilience"]
