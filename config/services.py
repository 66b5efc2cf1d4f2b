"""The composition root: every service that handlers ask for by type, and what stands behind it here."""

from django.core.files.storage import storages

from cqrs.clock import Clock, SystemClock
from cqrs.container import Services
from reconciliation.progress import ProgressListener
from reconciliation.storage import Storage

__all__ = ["Clock", "register"]


def register(services: Services) -> None:
    """Called once at start (settings.CQRS_SERVICES); each service is built when it is first asked for."""
    services.register(Clock, SystemClock)
    services.register(Storage, lambda: Storage(storages["default"]))
    services.register(ProgressListener, ProgressListener)
