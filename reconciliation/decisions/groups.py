"""The groups that a person decides on, as they are once the locks are held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cqrs import ConflictError, NotFoundError, StaleVersionError
from projects.ids import ProjectId
from reconciliation.decisions.locks import enter_decision, lock_records
from reconciliation.ids import GroupId, RecordId, RunId, Side
from reconciliation.models import Adjustment, GroupStatus, MatchGroup, MatchLeg

Line = TypeVar("Line", MatchLeg, Adjustment)


class MatchNotFoundError(NotFoundError):
    """There is no such match in this project: it never was, or it was decided on, or a newer run replaced it."""


class MatchGoneError(ConflictError):
    """Somebody decided on this match while you did. Look at it again."""


class MatchChangedError(StaleVersionError):
    """The match changed since you looked at it. Look at it again."""


class MatchAlreadyConfirmedError(ConflictError):
    """The match is confirmed already. Unmatch it to open its records again."""


class MatchNotConfirmedError(ConflictError):
    """The match is only suggested. Reject it instead."""


@dataclass(frozen=True)
class LockedGroup:
    """A group, its legs and its adjustments; nobody else decides on them until the transaction ends.

    `replaced` are the proposed adjustments in whose place a person gave others.
    """

    group: MatchGroup
    legs: tuple[MatchLeg, ...]
    adjustments: tuple[Adjustment, ...]
    replaced: tuple[Adjustment, ...] | None = None

    @property
    def id(self) -> GroupId:
        return GroupId(self.group.id)

    @property
    def run_id(self) -> RunId | None:
        return None if self.group.run_id is None else RunId(self.group.run_id)

    def record_ids(self, side: Side) -> tuple[RecordId, ...]:
        return tuple(RecordId(leg.record_id) for leg in self.legs if leg.side == side)

    def require_version(self, expected: int | None) -> None:
        if expected is None or expected == self.group.version:
            return
        text = f"The match is at version {self.group.version}, not {expected}."
        raise MatchChangedError(text, stream=f"group:{self.id}", behind=self.group.version - expected)

    def require_status(self, status: GroupStatus) -> None:
        if self.group.status == status:
            return
        raise MatchAlreadyConfirmedError if status == GroupStatus.SUGGESTED else MatchNotConfirmedError


def lock_group(project_id: ProjectId, group_id: GroupId, expected_version: int | None = None) -> LockedGroup:
    [locked] = lock_groups(project_id, [group_id])
    locked.require_version(expected_version)
    return locked


def lock_groups(project_id: ProjectId, group_ids: Sequence[GroupId]) -> tuple[LockedGroup, ...]:
    """The groups in id order, in a constant number of statements."""
    enter_decision(project_id)
    wanted = sorted(set(group_ids))
    legs = _by_group(MatchLeg.objects.of_project(project_id).filter(group_id__in=wanted).order_by("side", "record_id"))
    if missing := [group_id for group_id in wanted if group_id not in legs]:
        raise MatchNotFoundError(", ".join(map(str, missing)))

    lock_records(project_id, (leg.record_id for group_legs in legs.values() for leg in group_legs))
    return lock_rows(project_id, legs)


def lock_rows(project_id: ProjectId, legs: dict[int, list[MatchLeg]]) -> tuple[LockedGroup, ...]:
    """The groups of these legs, once their records are locked."""
    wanted = sorted(legs)
    groups = list(MatchGroup.objects.of_project(project_id).filter(id__in=wanted).order_by("id").select_for_update())
    if len(groups) < len(wanted):
        raise MatchGoneError
    adjustments = _by_group(Adjustment.objects.filter(group_id__in=wanted).order_by("id"))
    return tuple(LockedGroup(group, tuple(legs[group.id]), tuple(adjustments.get(group.id, ()))) for group in groups)


def _by_group(lines: Iterable[Line]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    for line in lines:
        found.setdefault(line.group_id, []).append(line)
    return found
