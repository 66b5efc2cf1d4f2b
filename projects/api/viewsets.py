"""Projects and their members over REST."""

from rest_framework.permissions import IsAuthenticated

from cqrs.rest.endpoints import asks, dispatches
from cqrs.rest.viewsets import MessageViewSet
from projects.api.permissions import IsMember
from projects.commands.add_member import AddMember
from projects.commands.archive_project import ArchiveProject
from projects.commands.change_member_role import ChangeMemberRole
from projects.commands.create_project import CreateProject
from projects.commands.delete_project import DeleteProject
from projects.commands.remove_member import RemoveMember
from projects.commands.restore_project import RestoreProject
from projects.commands.update_project import UpdateProject
from projects.queries.get_member import GetMember
from projects.queries.get_project import GetProject
from projects.queries.get_project_analytics import GetProjectAnalytics
from projects.queries.list_members import ListMembers
from projects.queries.list_projects import ListProjects


class ProjectScopedViewSet(MessageViewSet):
    """An address within one project, or the projects themselves."""

    permission_classes = (IsAuthenticated, IsMember)


class ProjectViewSet(ProjectScopedViewSet):
    """What people reconcile: each project has its sources, rules, runs and members."""

    lookup_url_kwarg = "project_id"

    list = asks(ListProjects)
    create = dispatches(CreateProject, creates="project_id", shows=GetProject)
    retrieve = asks(GetProject)
    update = dispatches(UpdateProject, shows=GetProject)
    partial_update = dispatches(UpdateProject, shows=GetProject)
    destroy = dispatches(DeleteProject)
    archive = dispatches(ArchiveProject, shows=GetProject, at="archive")
    restore = dispatches(RestoreProject, shows=GetProject, at="restore")
    analytics = asks(GetProjectAnalytics, at="analytics")


class MemberViewSet(ProjectScopedViewSet):
    """Who works in a project, and in which role."""

    lookup_url_kwarg = "user_id"

    list = asks(ListMembers)
    create = dispatches(AddMember, creates="user_id", shows=GetMember)
    retrieve = asks(GetMember)
    update = dispatches(ChangeMemberRole, shows=GetMember)
    destroy = dispatches(RemoveMember)
