"""Read-your-writes over HTTP: what a caller wrote comes back with its next requests, as a header or a cookie."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cqrs.container import services
from cqrs.context import current_context
from cqrs.replica.choice import FAILURES, Replica
from cqrs.replica.read_after import NEWER_THAN_ANY_REPLICA

log = logging.getLogger(__name__)

HEADER = "X-Read-After"
COOKIE = "read_after"
_COOKIE_SECONDS = 60  # a replica further behind than this answers nobody
_READING = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ReadAfterMiddleware:
    """Stands behind the ContextMiddleware. A client that keeps no cookies sends the header back that it was given."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        replica = services.get(Replica)
        if not replica.is_configured:
            return self.get_response(request)
        read_after = current_context().read_after
        read_after.take(request.headers.get(HEADER) or request.COOKIES.get(COOKIE, ""))
        seen = read_after.position
        response = self.get_response(request)
        read_after.unknown |= request.method not in _READING
        try:
            replica.settled(read_after)
        except FAILURES:  # what was done is done, and its answer is worth more than the position
            log.warning("The position of the primary is unknown: it answers this caller for a while.", exc_info=True)
            read_after.position = NEWER_THAN_ANY_REPLICA
        if read_after.position != seen:
            response[HEADER] = read_after.text()
            response.set_cookie(
                COOKIE,
                read_after.text(),
                max_age=_COOKIE_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response
