from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from cqrs import Actor, Clock, Command, ConflictError, DomainError, NotFoundError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.accounting import moved
from reconciliation.corrections.known import committed, known_files
from reconciliation.corrections.lines import Correction, add_line, lock_newest
from reconciliation.corrections.releasing import block_of, count_out, release
from reconciliation.events import DuplicateDecided
from reconciliation.ids import ImportId, RecordId, SourceId
from reconciliation.intake.account import sums
from reconciliation.intake.doubts import compared, row_at
from reconciliation.intake.one_line import highest_occurrence
from reconciliation.models import DuplicateDecision, Import, ImportStatus
from reconciliation.storage import Storage

_BESIDE = ("against_record", "span")


class DuplicateNotFoundError(NotFoundError):
    """The import has no such duplicate."""


class DuplicateDecidedSoError(ConflictError):
    """It was decided so already."""


class SameKeyError(DomainError):
    """The line has the key of the record, and a key names one line. If it is another payment, its key is wrong: have
    the file corrected.
    """


class DecideDuplicate(Command[None], requires=project_role(Role.PREPARER)):
    """Say whether a line that equals a record is a payment of its own (`keep`) or that record again (`drop`).

    A kept line becomes a record of its import. The decision is undone by the other one.
    """

    project_id: ProjectId
    import_id: ImportId
    place: int
    choice: str
    reason: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.choice not in DuplicateDecision.Choice.values:
            yield "choice", f"{self.choice!r} is none of {', '.join(DuplicateDecision.Choice.values)}."
        if not self.reason.strip():
            yield "reason", "Say how you know."


@dataclass(frozen=True)
class Known:
    """The line, and what was said of it last."""

    parent: Import
    line: pa.Table
    last: DuplicateDecision | None


@DecideDuplicate.handler
def decide_duplicate(command: DecideDuplicate, actor: Actor, clock: Clock, storage: Storage) -> None:
    known = _known(command, storage)
    if known.last and known.last.choice == command.choice:
        raise DuplicateDecidedSoError(f"line {known.line['line'][0]}")
    decision = DuplicateDecision(
        of_import=known.parent,
        place=command.place,
        choice=command.choice,
        reason=command.reason.strip(),
        decided_by=actor.user_id,
        decided_by_name=actor.name,
        decided_at=clock.now(),
    )
    changed = None
    if command.choice == DuplicateDecision.Choice.KEEP:
        changed = decision.correction = _keep(known, decision, actor, storage)
    elif known.last and known.last.correction:
        changed = _take_back(command.project_id, known, decision)
    if known.last is None and _is_doubtful(known.parent, command.place, storage):
        known.parent.doubts -= 1
        known.parent.save(update_fields=["doubts"])
    decision.save()
    _tell(command, known, changed)


def _known(command: DecideDuplicate, storage: Storage) -> Known:
    parent = lock_newest(command.project_id, command.import_id)
    line = row_at(storage.path(parent.duplicates_key), command.place) if parent.duplicates_key else None
    if line is None or not line.num_rows:
        raise DuplicateNotFoundError(str(command.place))
    decisions = DuplicateDecision.objects.filter(of_import=parent, place=command.place).select_related("correction")
    return Known(parent, line, decisions.order_by("-id").first())


def _keep(known: Known, decision: DuplicateDecision, actor: Actor, storage: Storage) -> Import:
    """A record of the next occurrence of its content."""
    if known.line["key"][0].is_valid:
        raise SameKeyError(str(known.line["key"][0]))
    files = known_files(committed(known.parent.source_id), storage)
    occurrence = highest_occurrence(known.line["fingerprint"][0].as_py(), files) + 1
    place = known.line.schema.get_field_index("occurrence")
    new = known.line.drop_columns([name for name in _BESIDE if name in known.line.column_names])
    new = new.set_column(place, "occurrence", pa.array([occurrence], pa.int32()))
    evidence = {
        "keeps": {"import": known.parent.pk, "file": known.parent.file_name, "line": known.line["line"][0].as_py()},
        "cells": [known.line[name][0].as_py() for name in new.column_names if name.startswith("cell_")],
        "decided at": decision.decided_at.isoformat(),
        "reason": decision.reason,
    }
    added = add_line(Correction(known.parent, actor, decision.decided_at, evidence), new, storage)
    _count(known, gone="duplicate", come="record", records=1)
    return added


def _take_back(project_id: ProjectId, known: Known, decision: DuplicateDecision) -> Import:
    """The record that came of keeping the line is there no more; refused while a person's match holds it."""
    assert known.last is not None
    correction = known.last.correction
    assert correction is not None
    block = block_of(correction)
    release(project_id, block)
    count_out(project_id, block)
    correction.status = ImportStatus.WITHDRAWN
    correction.withdrawn_by_name = decision.decided_by_name
    correction.withdrawn_at = decision.decided_at
    correction.withdrawal_reason = decision.reason
    correction.save(update_fields=["status", "withdrawn_by_name", "withdrawn_at", "withdrawal_reason"])
    _count(known, gone="record", come="duplicate", records=-1)
    return correction


def _count(known: Known, *, gone: str, come: str, records: int) -> None:
    amounts = sums(known.line)
    parent = known.parent
    span = known.line["span"][0].as_py()
    parent.accounting = moved(parent.accounting, lines=span, gone=(gone, amounts), come=(come, amounts))
    parent.corrected += records
    parent.duplicates -= records
    parent.save(update_fields=["accounting", "corrected", "duplicates"])


def _is_doubtful(parent: Import, place: int, storage: Storage) -> bool:
    files = known_files(committed(parent.source_id), storage)
    found = compared(storage.path(parent.duplicates_key), files)
    return bool(found["doubt"][place].as_py())


def _tell(command: DecideDuplicate, known: Known, changed: Import | None) -> None:
    record_id = changed.first_record_id if changed else None
    event_bus.publish(
        DuplicateDecided(
            project_id=command.project_id,
            source_id=SourceId(known.parent.source_id),
            import_id=command.import_id,
            place=command.place,
            line=known.line["line"][0].as_py(),
            choice=command.choice,
            record_id=None if record_id is None else RecordId(record_id),
            reason=command.reason,
        )
    )
