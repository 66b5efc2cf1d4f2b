"""The systems that tell the story."""

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.add_source import AddSource
from reconciliation.queries.get_source import GetSource
from reconciliation.queries.list_mappings import ListMappings
from reconciliation.queries.list_sources import ListSources


class SourceViewSet(ProjectScopedViewSet):
    """The systems that tell the story, each on the left or the right side of the comparison."""

    lookup_url_kwarg = "source_id"

    list = asks(ListSources)
    create = dispatches(AddSource, creates="source_id")
    retrieve = asks(GetSource)
    mappings = asks(ListMappings, at="mappings")
