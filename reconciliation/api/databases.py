"""Databases that sources are read from, and the queries against them."""

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from cqrs import command_bus, services
from cqrs.rest.endpoints import Endpoint, asks, carries, dispatches
from cqrs.rest.serializers import MessageSerializer
from projects.api.viewsets import ProjectScopedViewSet
from projects.ids import ProjectId
from reconciliation.commands.connect_database import ConnectDatabase
from reconciliation.commands.extract_from_database import ExtractFromDatabase
from reconciliation.commands.forget_database import ForgetDatabase
from reconciliation.queries.get_extraction import GetExtraction
from reconciliation.queries.list_databases import ListDatabases
from reconciliation.queries.list_extractions import ListExtractions
from reconciliation.sealing import Sealer


class ConnectionForm(MessageSerializer):
    """The address, and the password by itself; no answer ever shows it again."""

    name = serializers.CharField(max_length=200)
    address = serializers.CharField(max_length=500)
    password = serializers.CharField(
        max_length=500, required=False, allow_blank=True, write_only=True, trim_whitespace=False
    )


CONNECT = Endpoint(ConnectDatabase, tells="connection_id", status=status.HTTP_201_CREATED, accepts=ConnectionForm)


class DatabaseViewSet(ProjectScopedViewSet):
    """Databases that sources can be read from: PostgreSQL, and SQLite files on the server."""

    lookup_url_kwarg = "connection_id"

    list = asks(ListDatabases)
    forget = dispatches(ForgetDatabase, at="forget")

    @carries(CONNECT)
    def create(self, request: Request, **_ids: str) -> Response:
        """Keep a database's address, and its password sealed; anew under a name that is there."""
        form = ConnectionForm(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        connection_id = command_bus.dispatch(
            ConnectDatabase(
                project_id=ProjectId(self.ids["project_id"]),
                name=given["name"],
                address=given["address"],
                sealed_password=services.get(Sealer).seal(given.get("password", "")),
            )
        )
        return self.show_result(CONNECT, connection_id, request)


class ExtractionViewSet(ProjectScopedViewSet):
    """Queries against databases, in the background: ask for one again to see how far it is, and for its import."""

    lookup_url_kwarg = "extraction_id"

    list = asks(ListExtractions)
    create = dispatches(
        ExtractFromDatabase, creates="extraction_id", shows=GetExtraction, status=status.HTTP_202_ACCEPTED
    )
    retrieve = asks(GetExtraction)
