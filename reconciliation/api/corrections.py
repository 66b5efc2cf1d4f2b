"""What is corrected about a file after it was imported."""

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.decide_duplicate import DecideDuplicate
from reconciliation.commands.repair_rejected_line import RepairRejectedLine
from reconciliation.commands.set_quality_rules import SetQualityRules
from reconciliation.queries.get_import import GetImport
from reconciliation.queries.get_quality_rules import GetQualityRules
from reconciliation.queries.list_duplicates import ListDuplicates
from reconciliation.queries.list_rejected_lines import ListRejectedLines


class RejectedLineViewSet(ProjectScopedViewSet):
    """Lines of a file that became no records; a repaired one becomes a record of its import."""

    lookup_url_kwarg = "rejected_line_id"

    list = asks(ListRejectedLines)
    repair = dispatches(RepairRejectedLine, shows=GetImport, at="repair")


class DuplicateViewSet(ProjectScopedViewSet):
    """Lines of a file that the source had already, each beside the record that it equals."""

    lookup_url_kwarg = "place"

    list = asks(ListDuplicates)
    decide = dispatches(DecideDuplicate, shows=GetImport, at="decide")


class QualityRulesViewSet(ProjectScopedViewSet):
    """What the project demands of its files: rules that warn, or keep a file out. POST here sets them."""

    list = asks(GetQualityRules)
    create = dispatches(SetQualityRules, shows=GetQualityRules)
