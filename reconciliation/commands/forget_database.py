from cqrs import Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import DatabaseForgotten
from reconciliation.ids import ConnectionId
from reconciliation.models import DatabaseConnection


class ForgetDatabase(Command[None], requires=project_role(Role.ADMIN)):
    """Destroy the password of a database; what was extracted stays."""

    project_id: ProjectId
    connection_id: ConnectionId


@ForgetDatabase.handler
def forget_database(command: ForgetDatabase, clock: Clock) -> None:
    connection = DatabaseConnection.in_project(command.project_id, command.connection_id)
    connection.sealed_password = ""
    connection.forgotten_at = clock.now()
    connection.save(update_fields=["sealed_password", "forgotten_at"])
    event_bus.publish(
        DatabaseForgotten(project_id=command.project_id, connection_id=command.connection_id, name=connection.name)
    )
