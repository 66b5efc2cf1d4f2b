"""The event log over REST."""

from rest_framework.permissions import IsAuthenticated

from cqrs.queries.follow_events import FollowEvents
from cqrs.rest.endpoints import asks
from cqrs.rest.viewsets import MessageViewSet


class EventFeedViewSet(MessageViewSet):
    """What happened, in an order that whoever follows it misses nothing of."""

    permission_classes = (IsAuthenticated,)
    list = asks(FollowEvents)
