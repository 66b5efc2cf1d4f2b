"""What happens to a source and to the files brought into it."""

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import ImportId, SourceId


class SourceAdded(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    side: str
    name: str

    def stream(self) -> str:
        return f"source:{self.source_id}"


class FileUploaded(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    sha256: str

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportRequested(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId

    def stream(self) -> str:
        return f"import:{self.import_id}"


class FileImported(Event, version=1):
    """The records are there for everybody, all of them at once."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    records: int
    duplicates: int
    rejected: int

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportFailed(Event, version=1):
    """Nothing of the file was imported; the reason says what to do."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    reason: str

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportDiscarded(Event, version=1):
    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str
    reason: str

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportCancelRequested(Event, version=1):
    """A person stopped an import that a worker is reading; the worker ends it at its next sign of life."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId

    def stream(self) -> str:
        return f"import:{self.import_id}"


class ImportCancelled(Event, version=1):
    """Nothing of the file was imported, because a person stopped it; it may be committed again."""

    project_id: ProjectId
    source_id: SourceId
    import_id: ImportId
    file_name: str

    def stream(self) -> str:
        return f"import:{self.import_id}"
