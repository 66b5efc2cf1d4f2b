"""The systems that tell the story."""

from rest_framework.status import HTTP_202_ACCEPTED

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.enter_opening_items import EnterOpeningItems
from reconciliation.commands.set_cut_over import SetCutOver
from reconciliation.queries.get_source import GetSource
from reconciliation.queries.list_mappings import ListMappings
from reconciliation.queries.list_sources import ListSources
from reconciliation.queries.list_statements import ListStatements


class SourceViewSet(ProjectScopedViewSet):
    """The systems that tell the story, each on the left or the right side of the comparison."""

    lookup_url_kwarg = "source_id"

    list = asks(ListSources)
    create = dispatches(AddSource, creates="source_id")
    retrieve = asks(GetSource)
    statements = asks(ListStatements, at="statements")
    cut_over = dispatches(SetCutOver, shows=ListStatements, at="cut-over", verb="put")
    opening_items = dispatches(EnterOpeningItems, tells="import_id", at="opening-items", status=HTTP_202_ACCEPTED)
    mappings = asks(ListMappings, at="mappings")
