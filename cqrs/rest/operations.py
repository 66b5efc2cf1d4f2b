"""Deliveries over REST, for operators."""

from rest_framework.permissions import IsAdminUser

from cqrs.commands.retry_delivery import RetryDelivery
from cqrs.commands.skip_delivery import SkipDelivery
from cqrs.queries.get_backlog import GetBacklog
from cqrs.queries.get_delivery import GetDelivery
from cqrs.queries.list_deliveries import ListDeliveries
from cqrs.rest.endpoints import asks, dispatches
from cqrs.rest.viewsets import MessageViewSet


class DeliveryViewSet(MessageViewSet):
    """What subscribers have got, wait for, and failed at."""

    permission_classes = (IsAdminUser,)
    lookup_url_kwarg = "delivery_id"

    list = asks(ListDeliveries)
    retrieve = asks(GetDelivery)
    backlog = asks(GetBacklog, at="backlog", detail=False)
    retry = dispatches(RetryDelivery, shows=GetDelivery, at="retry")
    skip = dispatches(SkipDelivery, shows=GetDelivery, at="skip")
