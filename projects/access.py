"""Who may do what in a project. Every message that carries a project id declares one of these rules.

Somebody who is no member learns the same as about a project that does not exist. The platform itself (a worker, a
schedule) acts in every project.
"""

from dataclasses import dataclass
from typing import Protocol

from cqrs import Actor, Command, ConflictError, NotAllowedError, NotFoundError
from projects.ids import ProjectId, Role
from projects.models import Membership

__all__ = ["ProjectArchivedError", "ProjectNotFoundError", "ProjectRole", "Role", "ensure_member", "project_role"]


class ProjectNotFoundError(NotFoundError):
    """There is no such project, or you are not a member of it."""


class ProjectArchivedError(ConflictError):
    """The project is archived: it can be read, not changed. An admin can restore it."""


class RoleTooLowError(NotAllowedError):
    """Your role in this project does not allow this."""


class OfProject(Protocol):
    @property
    def project_id(self) -> ProjectId: ...


@dataclass(frozen=True)
class ProjectRole:
    """The actor is a member with at least this role; commands besides need a project that is not archived."""

    role: Role
    even_archived: bool = False

    @property
    def label(self) -> str:
        """How the message map calls it."""
        return f"{self.role} or above"

    def __call__(self, message: OfProject, actor: Actor) -> None:
        if actor.kind == "system":
            return

        role, archived = ensure_member(message.project_id, actor)
        if not role.includes(self.role):
            raise RoleTooLowError(f"This needs the role {self.role}; yours is {role}.")
        if archived and isinstance(message, Command) and not self.even_archived:
            raise ProjectArchivedError


def project_role(role: Role, *, even_archived: bool = False) -> ProjectRole:
    return ProjectRole(role, even_archived)


def ensure_member(project_id: ProjectId, actor: Actor) -> tuple[Role, bool]:
    """The actor's role, and whether the project is archived. Nobody else learns that the project exists."""
    if actor.user_id is None:
        raise ProjectNotFoundError
    memberships = Membership.objects.filter(project_id=project_id, user_id=actor.user_id)
    found = memberships.values_list("role", "project__archived_at").first()
    if found is None:
        raise ProjectNotFoundError
    role, archived_at = found
    return Role(role), archived_at is not None
