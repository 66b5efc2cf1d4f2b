from collections.abc import Iterator

from cqrs import Actor, Clock, Command, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import DatabaseConnected
from reconciliation.extracting import AddressRefusedError, DatabaseAddress, Databases
from reconciliation.ids import ConnectionId
from reconciliation.models import DatabaseConnection

LONGEST_NAME, LONGEST_ADDRESS = 200, 500


class ConnectDatabase(Command[ConnectionId], requires=project_role(Role.ADMIN)):
    """Keep the address of a database and its password, from which sources are read; anew under a name that is there.

    The password is sealed before it comes here (`Sealer.seal`), so that it stands in no log, queue or record of
    requests, and it is never shown again.
    """

    project_id: ProjectId
    name: str
    address: str
    sealed_password: str = ""

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 0 < len(self.name.strip()) <= LONGEST_NAME:
            yield "name", f"Give the connection a name of at most {LONGEST_NAME} characters."
        if len(self.address) > LONGEST_ADDRESS:
            yield "address", f"At most {LONGEST_ADDRESS} characters."
            return
        try:
            DatabaseAddress.parse(self.address)
        except AddressRefusedError as error:
            yield "address", error.detail


@ConnectDatabase.handler
def connect_database(command: ConnectDatabase, actor: Actor, clock: Clock, databases: Databases) -> ConnectionId:
    databases.refuse_elsewhere(DatabaseAddress.parse(command.address))
    connection, _ = DatabaseConnection.objects.update_or_create(
        project_id=command.project_id,
        name=command.name.strip(),
        defaults={
            "address": command.address.strip(),
            "sealed_password": command.sealed_password,
            "connected_by_name": actor.name,
            "connected_at": clock.now(),
            "forgotten_at": None,
        },
    )
    connection_id = ConnectionId(connection.pk)
    event_bus.publish(
        DatabaseConnected(
            project_id=command.project_id,
            connection_id=connection_id,
            name=connection.name,
            address=connection.address,
        )
    )
    return connection_id
