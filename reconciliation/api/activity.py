"""Who did what, and what the project does by itself."""

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.set_automatic_runs import SetAutomaticRuns
from reconciliation.queries.get_automatic_runs import GetAutomaticRuns
from reconciliation.queries.list_activity import ListActivity


class ActivityViewSet(ProjectScopedViewSet):
    """Files, runs and decisions, by day and person."""

    list = asks(ListActivity)


class AutomaticRunsViewSet(ProjectScopedViewSet):
    """Whether the project runs by itself when both sides have arrived, and which side is missing. POST here sets it."""

    list = asks(GetAutomaticRuns)
    create = dispatches(SetAutomaticRuns, shows=GetAutomaticRuns)
