"""The addresses of all apps in one table, and the pages around them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from cqrs.rest.event_feed import EventFeedViewSet
from cqrs.rest.operations import DeliveryViewSet
from projects.api.routes import register as register_projects
from reconciliation.api.routes import register as register_reconciliation

router = SimpleRouter()
# Both forms of an address answer.
router.trailing_slash = "/?"
register_projects(router)
register_reconciliation(router)
router.register("events", EventFeedViewSet, basename="event")
router.register("deliveries", DeliveryViewSet, basename="delivery")


class RootView(APIView):
    """Import what two systems say, match it, review it, prove it."""

    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        names = {
            "projects": "project-list",
            "rule_set_schema": "rule-set-schema-list",
            "me": "api-me",
            "token": "api-token",
            "problems": "api-problems",
            "schema": "api-schema",
            "docs": "api-docs",
        }
        return Response({key: reverse(name, request=request) for key, name in names.items()})


class NowhereView(APIView):
    """There is nothing at this address."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002  nothing is looked at
        raise NotFound
