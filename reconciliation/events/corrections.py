"""What changes a source's records after their file was imported."""

from dataclasses import dataclass
from datetime import date

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import GroupId, ImportId, RecordId, SourceId


@dataclass(frozen=True, kw_only=True)
class OfImport:
    """What all of them name: the file's import."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId

    def stream(self) -> str:
        return f"import:{self.import_id}"


class LineRepaired(OfImport, Event, version=1):
    """A person corrected a rejected line: it is a record now, or a duplicate of one (then `record_id` is null).

    The import of the correction keeps the line as it was written and what was changed, as its original.
    """

    correction_id: ImportId
    line: int
    record_id: RecordId | None
    reason: str


class DuplicateDecided(OfImport, Event, version=1):
    """A person said whether a line is a payment of its own (`keep`) or the one that the source has (`drop`).

    `record_id` is the record that came of it, or that a changed mind took away.
    """

    place: int
    line: int
    choice: str
    record_id: RecordId | None
    reason: str


class FileAmended(OfImport, Event, version=1):
    """A corrected file took the place of an imported one. `import_id` is the correction's, `amended_id` the other's.

    Decisions on what is unchanged stand; the groups that have to be looked at again are counted.
    """

    amended_id: ImportId
    unchanged: int
    changed: int
    withdrawn: int
    added: int
    groups_in_review: int
    suggestions_dropped: int


class ImportWithdrawn(OfImport, Event, version=1):
    """The import's records are no longer there, and the machine's groups of them neither; it can be reinstated."""

    file_name: str
    records: int
    groups_undone: int
    reason: str


class ImportReinstated(OfImport, Event, version=1):
    """A withdrawn import's records are there again, open."""

    file_name: str
    records: int
    reason: str


class GroupReviewed(Event, version=1):
    """A person looked at a confirmed group whose records a corrected file had changed, and confirmed it again."""

    project_id: ProjectId
    group_id: GroupId
    asked_because: str
    adjustments: tuple[dict[str, str], ...]
    reviewed_by_name: str
    reason: str

    def stream(self) -> str:
        return f"group:{self.group_id}"


class CutOverSet(Event, version=1):
    """From this day on a source's lines are records; what was before is settled."""

    project_id: ProjectId
    source_id: SourceId
    cut_over_date: date | None
    opening_balances: dict[str, str]
    reason: str

    def stream(self) -> str:
        return f"source:{self.source_id}"


class QualityRulesSet(Event, version=1):
    """What a project demands of its files from now on; the document as JSON."""

    project_id: ProjectId
    document: str
    set_by_name: str

    def stream(self) -> str:
        return f"quality_rules:{self.project_id}"
