from dataclasses import dataclass
from datetime import datetime

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ConnectionId
from reconciliation.models import DatabaseConnection


@dataclass(frozen=True, kw_only=True)
class DatabaseRow:
    """`address` names no password, and `has_password` is all that is ever told of one."""

    id: ConnectionId
    name: str
    address: str
    has_password: bool
    connected_by: str
    connected_at: datetime
    forgotten_at: datetime | None


class ListDatabases(Query[tuple[DatabaseRow, ...]], requires=project_role(Role.VIEWER)):
    """The databases that sources of the project can be read from."""

    project_id: ProjectId


@ListDatabases.handler
def list_databases(query: ListDatabases) -> tuple[DatabaseRow, ...]:
    found = DatabaseConnection.objects.filter(project_id=query.project_id).order_by("name")
    return tuple(
        DatabaseRow(
            id=ConnectionId(row.pk),
            name=row.name,
            address=row.address,
            has_password=bool(row.sealed_password),
            connected_by=row.connected_by_name,
            connected_at=row.connected_at,
            forgotten_at=row.forgotten_at,
        )
        for row in found
    )
