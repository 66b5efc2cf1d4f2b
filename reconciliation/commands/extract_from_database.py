from collections.abc import Iterator

from cqrs import Actor, Clock, Command, ConflictError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import ExtractionRequested
from reconciliation.ids import ConnectionId, ExtractionId, SourceId
from reconciliation.models import DatabaseConnection, Extraction, Source

LONGEST_STATEMENT = 20_000


class DatabaseForgottenError(ConflictError):
    """The connection's password was destroyed. An admin can connect the database again."""


class ExtractFromDatabase(Command[ExtractionId], requires=project_role(Role.PREPARER)):
    """Ask a database, in the background; the rows become an import of the source, to be looked at like any file.

    One query that only reads, at most as long as the installation allows.
    """

    project_id: ProjectId
    connection_id: ConnectionId
    source_id: SourceId
    statement: str

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 0 < len(self.statement.strip()) <= LONGEST_STATEMENT:
            yield "statement", f"Write a query of at most {LONGEST_STATEMENT} characters."
        elif "\0" in self.statement:
            yield "statement", "Null characters are not allowed."


@ExtractFromDatabase.handler
def extract_from_database(command: ExtractFromDatabase, actor: Actor, clock: Clock) -> ExtractionId:
    connection = DatabaseConnection.in_project(command.project_id, command.connection_id)
    source = Source.in_project(command.project_id, command.source_id)
    if connection.forgotten_at is not None:
        raise DatabaseForgottenError(connection.name)
    extraction = Extraction.objects.create(
        project_id=command.project_id,
        connection=connection,
        source=source,
        statement=command.statement.strip(),
        requested_by=actor.user_id,
        requested_by_name=actor.name,
        created_at=clock.now(),
    )
    extraction_id = ExtractionId(extraction.pk)
    event_bus.publish(
        ExtractionRequested(
            project_id=command.project_id,
            source_id=command.source_id,
            connection_id=command.connection_id,
            extraction_id=extraction_id,
        )
    )
    return extraction_id
