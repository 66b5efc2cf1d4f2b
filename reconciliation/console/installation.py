"""Where the work is kept: in the configured database, or in one that is thrown away."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from cqrs import Actor, acting_as
from projects.ids import ProjectId
from reconciliation.console.actors import acting_user
from reconciliation.console.command import RefusedError
from reconciliation.console.projects import open_project
from reconciliation.console.scratch import scratch_installation

SCRATCH_NAME = "Reconciliation on the command line"


@contextmanager
def installation(project: str | None, user_name: str | None) -> Iterator[ProjectId]:
    """The named project of the configured database, else a project in a database that is gone afterwards."""
    if project is not None:
        if "auth_user" not in connection.introspection.table_names():
            raise RefusedError(
                "The configured database is empty: run `python manage.py migrate` (or `make run`) first."
            )
        with acting_as(Actor.user(acting_user(user_name)), source="cli"):
            yield open_project(project)
        return
    if user_name is not None:
        raise RefusedError("--as names who works on a project: give --project NAME as well, or leave --as out.")
    with scratch_installation() as operator, acting_as(Actor.user(operator), source="cli"):
        yield open_project(SCRATCH_NAME)
