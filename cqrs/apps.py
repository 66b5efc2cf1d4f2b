"""Composes the services and imports every app's messages and subscribers at start."""

import atexit
from importlib import import_module
from pkgutil import walk_packages

from django.apps import AppConfig, apps
from django.conf import settings
from django.utils.module_loading import import_string, module_has_submodule

from cqrs import tracing
from cqrs.caching.answers import AnswerCache
from cqrs.clock import Clock, SystemClock
from cqrs.container import services
from cqrs.replica import Replica
from cqrs.wake import BellWaker, CeleryWaker, Waker

_FOLDERS = ("events", "commands", "queries", "projections", "processes", "subscribers")


class CqrsConfig(AppConfig):
    name = "cqrs"
    verbose_name = "Messages"
    default_auto_field = "django.db.models.BigAutoField"  # whatever the project around it prefers

    def ready(self) -> None:
        """Settings: CQRS_SERVICES, a function that registers services; CQRS_CELERY_APP, used if there is a broker;
        CQRS_TRACING, whether spans are exported.
        """
        import_module("cqrs.checks")  # registers the system checks
        services.register(Clock, SystemClock)
        services.register(Waker, _waker)
        services.register(AnswerCache, AnswerCache)
        services.register(Replica, Replica)
        if composition := getattr(settings, "CQRS_SERVICES", None):
            import_string(composition)(services)
        atexit.register(services.close)
        if getattr(settings, "CQRS_TRACING", False):
            tracing.start()
        discover()


def _waker() -> Waker:
    if getattr(settings, "CELERY_BROKER_URL", ""):
        return CeleryWaker(import_string(settings.CQRS_CELERY_APP))
    return BellWaker()


def discover() -> None:
    """Import `events`, `commands`, `queries` and the other folders of each installed app, modules or packages."""
    for app in apps.get_app_configs():
        for folder in _FOLDERS:
            if app.module is not None and module_has_submodule(app.module, folder):
                _import_all(f"{app.name}.{folder}")


def _import_all(name: str) -> None:
    module = import_module(name)
    for found in walk_packages(getattr(module, "__path__", ()), prefix=f"{name}."):
        import_module(found.name)
