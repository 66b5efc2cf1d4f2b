"""Finds the project that an operator names, or opens it."""

from cqrs import command_bus, query_bus
from projects.commands.create_project import CreateProject
from projects.ids import ProjectId
from projects.queries.list_projects import ListProjects
from reconciliation.console.command import RefusedError


def project_named(name: str) -> ProjectId | None:
    """The project of exactly this name among those that the acting person may see."""
    after = None
    while True:
        page = query_bus.ask(ListProjects(search=name, after=after))
        for row in page.items:
            if row.name == name:
                return row.id
        if (after := page.next) is None:
            return None


def known_project(name: str) -> ProjectId:
    """The project of this name; a refusal where there is none, as a new one of a mistyped name helps nobody."""
    found = project_named(name)
    if found is None:
        raise RefusedError(f"There is no project {name} that you are a member of.")
    return found


def open_project(name: str, description: str = "") -> ProjectId:
    """The project of this name, a new one of the acting person where there is none."""
    found = project_named(name)
    return found if found is not None else command_bus.dispatch(CreateProject(name=name, description=description))
