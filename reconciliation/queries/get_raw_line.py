from dataclasses import dataclass

from cqrs import NotFoundError, Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId, RecordId
from reconciliation.intake.raw_lines import has_lines, raw_lines
from reconciliation.models import Import, ImportKind, Record
from reconciliation.storage import FileMissingError, Storage

_FILES = {ImportKind.FILE, ImportKind.AMENDMENT}


class RawLineNotFoundError(NotFoundError):
    """The project has no such record."""


@dataclass(frozen=True, kw_only=True)
class RawLine:
    """The file's own text from the record's line on, up to the next record's; a cut is marked by `is_cut`.

    `text` is missing where a file has no lines of text (a workbook, a table of a database), or its bytes are gone.
    """

    import_id: ImportId
    file_name: str
    line: int
    text: str | None
    is_cut: bool


class GetRawLine(Query[RawLine], requires=project_role(Role.VIEWER)):
    """The evidence for a record: what stands in the file, character for character."""

    project_id: ProjectId
    record_id: RecordId


@GetRawLine.handler
def get_raw_line(query: GetRawLine, storage: Storage) -> RawLine:
    record = Record.objects.published(query.project_id).filter(pk=query.record_id).first()
    if record is None:
        raise RawLineNotFoundError(str(query.record_id))
    found = Import.in_project(query.project_id, record.import_id)
    following = Record.objects.filter(pk=record.pk + 1, import_id=record.import_id).values_list("line", flat=True)
    text, is_cut = None, False
    if found.kind in _FILES and has_lines(found.format):
        quote = found.mapping.get("quote", "") if found.mapping.get("delimiter") else ""
        try:
            path = storage.path(found.original_key)
            text, is_cut = raw_lines(path, found.encoding, quote, record.line, following.first())
        except FileMissingError:  # the cells of the snapshot remain as evidence
            text = None
    return RawLine(import_id=ImportId(found.pk), file_name=found.file_name, line=record.line, text=text, is_cut=is_cut)
