"""What happens about the databases that sources are read from. No event carries a password."""

from cqrs import Event
from projects.ids import ProjectId
from reconciliation.ids import ConnectionId, ExtractionId, ImportId, SourceId


class DatabaseConnected(Event, version=1):
    """An admin gave the address of a database and a password, which is kept sealed."""

    project_id: ProjectId
    connection_id: ConnectionId
    name: str
    address: str


class DatabaseForgotten(Event, version=1):
    """The password is gone: nothing is read from the database any more."""

    project_id: ProjectId
    connection_id: ConnectionId
    name: str


class ExtractionRequested(Event, version=1):
    """A person wants the rows of a query as an import."""

    project_id: ProjectId
    source_id: SourceId
    connection_id: ConnectionId
    extraction_id: ExtractionId

    def stream(self) -> str:
        return f"extraction:{self.extraction_id}"


class ExtractionCompleted(Event, version=1):
    """The rows are a file now; its import waits to be looked at, unless the source has exactly these rows already."""

    project_id: ProjectId
    source_id: SourceId
    extraction_id: ExtractionId
    import_id: ImportId | None
    rows: int

    def stream(self) -> str:
        return f"extraction:{self.extraction_id}"


class ExtractionFailed(Event, version=1):
    """Nothing was extracted; the reason says what to do."""

    project_id: ProjectId
    source_id: SourceId
    extraction_id: ExtractionId
    reason: str

    def stream(self) -> str:
        return f"extraction:{self.extraction_id}"
