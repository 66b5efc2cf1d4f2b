from collections.abc import Iterator
from itertools import product

from cqrs import Actor, Clock, Command, ConflictError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.decisions.facts import Verdict
from reconciliation.decisions.joining import require_sides
from reconciliation.decisions.locks import enter_decision, lock_records
from reconciliation.decisions.undoing import keep_apart
from reconciliation.events import RecordsKeptApart
from reconciliation.ids import RecordId, Side
from reconciliation.models import MatchLeg, RefusalKind

MOST_PAIRS = 1_000


class MatchedTogetherError(ConflictError):
    """Some of these records are in one match. Reject or unmatch it instead: that keeps them apart as well."""


class KeepApart(Command[None], requires=project_role(Role.PREPARER)):
    """Say that none of the left records belongs to any of the right ones: no run puts two of them into one group."""

    project_id: ProjectId
    left: tuple[RecordId, ...]
    right: tuple[RecordId, ...]
    reason: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.left or not self.right:
            yield "left", "Name records of both sides."
        if len(self.left) * len(self.right) > MOST_PAIRS:
            yield "left", f"At most {MOST_PAIRS} pairs at once; these are {len(self.left) * len(self.right)}."
        if not self.reason.strip():
            yield "reason", "Say why they do not belong together."


@KeepApart.handler
def keep_records_apart(command: KeepApart, actor: Actor, clock: Clock) -> None:
    verdict = Verdict(project_id=command.project_id, actor=actor, at=clock.now(), reason=command.reason.strip())
    sides = dict.fromkeys(command.left, Side.LEFT) | dict.fromkeys(command.right, Side.RIGHT)
    enter_decision(command.project_id)
    require_sides(command.project_id, lock_records(command.project_id, sides), sides)
    _require_no_common_match(command)
    keep_apart(list(product(command.left, command.right)), verdict, RefusalKind.KEPT_APART)
    event_bus.publish(
        RecordsKeptApart(
            project_id=command.project_id,
            left=command.left,
            right=command.right,
            decided_by=actor.user_id,
            decided_by_name=actor.name,
            decided_at=verdict.at,
            reason=verdict.reason,
        )
    )


def _require_no_common_match(command: KeepApart) -> None:
    legs = MatchLeg.objects.of_project(command.project_id)
    left, right = (
        set(legs.filter(record_id__in=ids).values_list("group_id", flat=True)) for ids in (command.left, command.right)
    )
    if left & right:
        raise MatchedTogetherError(", ".join(map(str, sorted(left & right))))
