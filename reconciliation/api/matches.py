"""What runs found, what people decide about it, and what is left open."""

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.confirm_match import ConfirmMatch
from reconciliation.commands.confirm_matches import ConfirmMatches
from reconciliation.commands.keep_apart import KeepApart
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.commands.reject_match import RejectMatch
from reconciliation.commands.review_match import ReviewMatch
from reconciliation.commands.take_back_confirmation import TakeBackConfirmation
from reconciliation.commands.unmatch import Unmatch
from reconciliation.queries.explain_match import ExplainMatch
from reconciliation.queries.explain_non_match import ExplainNonMatch
from reconciliation.queries.get_group import GetGroup
from reconciliation.queries.get_raw_line import GetRawLine
from reconciliation.queries.get_record import GetRecord
from reconciliation.queries.get_standing import GetStanding
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_open_items import ListOpenItems
from reconciliation.queries.sum_matches import SumMatches


class GroupViewSet(ProjectScopedViewSet):
    """Records that belong together: suggested by the machine, or confirmed. POST here matches records by hand."""

    lookup_url_kwarg = "group_id"

    list = asks(ListGroups)
    create = dispatches(MatchByHand, creates="group_id", shows=GetGroup)
    retrieve = asks(GetGroup)
    confirm_several = dispatches(ConfirmMatches, tells="confirmed", at="confirm-several", detail=False)
    sums = asks(SumMatches, at="sums", detail=False)
    confirm = dispatches(ConfirmMatch, shows=GetGroup, at="confirm")
    take_back = dispatches(TakeBackConfirmation, shows=GetGroup, at="take-back")
    reject = dispatches(RejectMatch, at="reject")
    review = dispatches(ReviewMatch, shows=GetGroup, at="review")
    unmatch = dispatches(Unmatch, at="unmatch")
    explanation = asks(ExplainMatch, at="explanation")
    keep_apart = dispatches(KeepApart, at="keep-apart", detail=False)


class OpenItemViewSet(ProjectScopedViewSet):
    """Records of one side that are in no group."""

    list = asks(ListOpenItems)


class StandingViewSet(ProjectScopedViewSet):
    """How many records, and how much money, are confirmed, suggested and open: by source and currency."""

    list = asks(GetStanding)


class RecordViewSet(ProjectScopedViewSet):
    """Single transaction lines, as they were understood and as they were received."""

    lookup_url_kwarg = "record_id"

    retrieve = asks(GetRecord)
    raw_line = asks(GetRawLine, at="raw-line")
    explanation = asks(ExplainNonMatch, at="explanation")
