"""Records that are no longer to be seen leave the groups that hold them."""

from dataclasses import dataclass

from django.db.models import Q

from cqrs import ConflictError
from projects.ids import ProjectId
from reconciliation.decisions.groups import lock_groups
from reconciliation.decisions.locks import enter_decision
from reconciliation.decisions.undoing import delete_groups
from reconciliation.ids import GroupId
from reconciliation.models import GroupOrigin, GroupStatus, Import, MatchGroup, MatchLeg, Record, Tally
from reconciliation.models.match_group import MatchGroupQuerySet
from reconciliation.models.tallies import add, counted

GROUPS_AT_ONCE = 500
SHOWN = 5


class DecisionsHoldRecordsError(ConflictError):
    """People have confirmed matches of these records. Unmatch them first: what a person decided is not undone in
    passing.
    """


@dataclass(frozen=True)
class Block:
    """The records of one import, by their ids."""

    first: int
    count: int

    def condition(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.first, f"{field}__lt": self.first + self.count})


def block_of(found: Import) -> Block:
    return Block(found.first_record_id or 0, found.records if found.first_record_id else 0)


def release(project_id: ProjectId, block: Block) -> int:
    """Undo the machine's groups of the records, suggested or confirmed, and answer how many were confirmed.

    Raises where a person confirmed one. The other records of these groups are open from here on.
    """
    enter_decision(project_id)
    legs = MatchLeg.objects.of_project(project_id).filter(block.condition("record_id"))
    groups = MatchGroup.objects.of_project(project_id).filter(id__in=legs.values("group_id"))
    _require_no_decision(groups.filter(status=GroupStatus.CONFIRMED))
    undone = 0
    while ids := [GroupId(found) for found in groups.order_by("id").values_list("id", flat=True)[:GROUPS_AT_ONCE]]:
        locked = lock_groups(project_id, ids)
        delete_groups(locked)
        undone += sum(group.group.status == GroupStatus.CONFIRMED for group in locked)
    return undone


def _require_no_decision(confirmed: MatchGroupQuerySet) -> None:
    by_people = confirmed.filter(Q(origin=GroupOrigin.PERSON) | Q(decided_by__isnull=False)).order_by("id")
    if count := by_people.count():
        shown = ", ".join(map(str, by_people.values_list("id", flat=True)[:SHOWN]))
        raise DecisionsHoldRecordsError(f"{count} matches, among them {shown}.")


def count_out(project_id: ProjectId, block: Block, sign: int = -1) -> None:
    """The block's standing records leave the totals, or with the sign 1 they come back."""
    records = Record.objects.filter(block.condition("id"), project_id=project_id).standing(project_id)
    add(project_id, Tally.State.TOTAL, counted(records), sign)
