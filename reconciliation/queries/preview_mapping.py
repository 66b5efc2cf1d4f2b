from dataclasses import asdict, dataclass, field
from typing import Any

from cqrs import Actor, InvalidMessageError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId
from reconciliation.intake.changing import Change, ChangeRefusedError, try_change
from reconciliation.intake.documents import accounting_document
from reconciliation.models import Import
from reconciliation.queries.reading_rows import (
    EvidenceRow,
    LineCountRow,
    PreviewRow,
    QuestionRow,
    RejectedLineSample,
    evidence_row,
    line_count_row,
    preview_row,
    question_row,
)
from reconciliation.storage import Storage

REJECTED_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class MappingPreview:
    """What would come of the change. Of a large file its head is read: `is_whole` is false, and the counts are of that.

    `derived` are the fields that transformations make; `rejected_lines` the first twenty of `rejected_total`.
    """

    mapping: dict[str, Any]
    header: tuple[str, ...]
    preview: tuple[PreviewRow, ...]
    derived: tuple[str, ...]
    evidence: tuple[EvidenceRow, ...]
    questions: tuple[QuestionRow, ...]
    warnings: tuple[str, ...]
    accounting: tuple[LineCountRow, ...]
    rejected_lines: tuple[RejectedLineSample, ...]
    rejected_total: int
    is_whole: bool


class PreviewMapping(Query[MappingPreview], requires=project_role(Role.VIEWER)):
    """How a file would be read with some decisions changed. Nothing is written; `ChangeMapping` takes the same."""

    project_id: ProjectId
    import_id: ImportId
    mapping: dict[str, Any] = field(default_factory=dict)


@PreviewMapping.handler
def preview_mapping(query: PreviewMapping, actor: Actor, storage: Storage) -> MappingPreview:
    found = Import.in_project(query.project_id, query.import_id)
    try:
        change = try_change(storage.path(found.original_key), found, query.mapping, actor.name)
    except ChangeRefusedError as error:
        raise InvalidMessageError(fields=error.fields) from error
    return _answer(change)


def _answer(change: Change) -> MappingPreview:
    reading, mapping = change.trial.reading, change.trial.mapping
    return MappingPreview(
        mapping=mapping.to_document(),
        header=mapping.headers,
        preview=tuple(preview_row(asdict(row)) for row in reading.preview),
        derived=tuple(mapping.derivation.targets),
        evidence=tuple(map(evidence_row, change.evidence)),
        questions=tuple(map(question_row, change.open_questions())),
        warnings=(*change.warnings, *change.trial.warnings()),
        accounting=tuple(map(line_count_row, accounting_document(reading.accounting))),
        rejected_lines=tuple(
            RejectedLineSample(line=row.line, field=row.field, reason=row.reason, raw=row.raw)
            for row in reading.rejected[:REJECTED_SHOWN]
        ),
        rejected_total=len(reading.rejected),
        is_whole=change.trial.is_whole,
    )
