"""Rule sets tried without being published."""

from rest_framework import status

from cqrs.rest.endpoints import asks, dispatches
from projects.api.viewsets import ProjectScopedViewSet
from reconciliation.commands.cancel_simulation import CancelSimulation
from reconciliation.commands.simulate_rule_set import SimulateRuleSet
from reconciliation.queries.get_simulation import GetSimulation
from reconciliation.queries.list_simulations import ListSimulations


class SimulationViewSet(ProjectScopedViewSet):
    """What a rule set would do, computed in the background: ask again to see how far the answer is."""

    lookup_url_kwarg = "simulation_id"

    list = asks(ListSimulations)
    create = dispatches(SimulateRuleSet, creates="simulation_id", shows=GetSimulation, status=status.HTTP_202_ACCEPTED)
    retrieve = asks(GetSimulation)
    cancel = dispatches(CancelSimulation, shows=GetSimulation, at="cancel")
