from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from cqrs import Actor, Clock, Command, ConflictError, DomainError, InvalidMessageError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import SimulationRequested
from reconciliation.ids import Side, SimulationId
from reconciliation.models import Import, ImportStatus, Simulation
from reconciliation.rules import InvalidRuleSetError, RuleSet


class SimulationActiveError(ConflictError):
    """A simulation of this project is under way. Wait for it, or cancel it."""


class NothingToSimulateError(DomainError):
    """Rules are tried on what both sides hold: import a file on each of them first."""


class RulesNotSimulatedError(InvalidMessageError):
    """The rule set cannot be tried as it is written."""


class SimulateRuleSet(Command[SimulationId], requires=project_role(Role.PREPARER)):
    """Try a rule set without publishing it or writing anything that it finds.

    What it would match among the open items, and how it does against all that people decided, beside the rules that are
    published now. The answer is computed in the background.
    """

    project_id: ProjectId
    document: dict[str, Any]
    cut_off: date | None = None


@SimulateRuleSet.handler
def simulate_rule_set(command: SimulateRuleSet, actor: Actor, clock: Clock) -> SimulationId:
    rules = _checked(command.document)
    committed = Import.objects.filter(project_id=command.project_id, status=ImportStatus.COMMITTED)
    if set(committed.values_list("source__side", flat=True)) != set(Side):
        raise NothingToSimulateError
    try:
        with transaction.atomic():
            simulation = Simulation.objects.create(
                project_id=command.project_id,
                name=rules.name[:200],
                document=rules.to_document(),
                cut_off=command.cut_off,
                requested_by=actor.user_id,
                requested_by_name=actor.name,
                created_at=clock.now(),
            )
    except IntegrityError as error:  # only the constraint on active simulations means this
        raise SimulationActiveError from error
    simulation_id = SimulationId(simulation.pk)
    event_bus.publish(
        SimulationRequested(project_id=command.project_id, simulation_id=simulation_id, requested_by=actor.name)
    )
    return simulation_id


def _checked(document: dict[str, Any]) -> RuleSet:
    try:
        return RuleSet.from_document(document)
    except InvalidRuleSetError as error:
        problems = [str(problem) for problem in error.problems]
        raise RulesNotSimulatedError({"document": problems}, detail=str(error)) from error
