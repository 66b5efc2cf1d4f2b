"""Rule sets, and runs of them."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.cancel_run import CancelRun
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.commands.start_run import StartRun
from reconciliation.commands.undo_run import UndoRun
from reconciliation.queries.get_rule_set import GetRuleSet
from reconciliation.queries.get_run import GetRun
from reconciliation.queries.learn_rules import LearnRules
from reconciliation.queries.list_rule_sets import ListRuleSets
from reconciliation.queries.list_runs import ListRuns
from reconciliation.queries.propose_rule_set import ProposeRuleSet
from reconciliation.rules.schema import json_schema


class RuleSetViewSet(ProjectScopedViewSet):
    """Versioned rules by which records are matched; a published version never changes."""

    lookup_url_kwarg = "rule_set_id"

    list = asks(ListRuleSets)
    create = dispatches(PublishRuleSet, creates="rule_set_id", shows=GetRuleSet)
    retrieve = asks(GetRuleSet)
    proposal = asks(ProposeRuleSet, at="proposal", detail=False)
    learnt = asks(LearnRules, at="learnt", detail=False)


class RunViewSet(ProjectScopedViewSet):
    """Executions of a rule set over the open items, in the background: ask for one again to see how far it is."""

    lookup_url_kwarg = "run_id"

    list = asks(ListRuns)
    create = dispatches(StartRun, creates="run_id", shows=GetRun, status=status.HTTP_202_ACCEPTED)
    retrieve = asks(GetRun)
    cancel = dispatches(CancelRun, shows=GetRun, at="cancel")
    undo = dispatches(UndoRun, shows=GetRun, at="undo", status=status.HTTP_202_ACCEPTED)


class RuleSetSchemaViewSet(ViewSet):
    """The JSON Schema of a rule set's document."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="GetRuleSetSchema", tags=["rule set"], responses=OpenApiTypes.OBJECT)
    def list(self, _request: Request) -> Response:
        return Response(json_schema())
