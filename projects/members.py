"""Members as the queries show them and as the commands change them."""

from dataclasses import dataclass
from datetime import datetime

from cqrs import ConflictError, NotFoundError
from projects.ids import ProjectId, Role, UserId
from projects.models import Membership


class MemberNotFoundError(NotFoundError):
    """There is no such member in this project."""


class OwnerStaysAdminError(ConflictError):
    """The owner of a project stays its admin, so that somebody always can let others in."""


@dataclass(frozen=True)
class Member:
    user_id: UserId
    username: str
    role: Role
    since: datetime


def members_of(project_id: ProjectId) -> tuple[Member, ...]:
    rows = Membership.objects.filter(project_id=project_id).select_related("user").order_by("created_at", "id")
    return tuple(
        Member(user_id=UserId(row.user_id), username=row.user.get_username(), role=Role(row.role), since=row.created_at)
        for row in rows
    )


def changeable_membership(project_id: ProjectId, user_id: UserId) -> Membership:
    """The membership, locked until the transaction ends; the owner's cannot be had for a change."""
    found = Membership.objects.select_for_update(of=("self",)).select_related("project")
    membership = found.filter(project_id=project_id, user_id=user_id).first()
    if membership is None:
        raise MemberNotFoundError
    if membership.project.owner_id == user_id:
        raise OwnerStaysAdminError
    return membership
