"""The ambient context of a web request."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from uuid6 import uuid7

from cqrs.actor import Actor
from cqrs.context import Context, entering

_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class ContextMiddleware:
    """Gives whatever a view dispatches its actor, correlation id (X-Request-ID) and idempotency key."""

    # Stands after the authentication middleware. DRF authenticates later and then sets the request's user, which is why
    # the actor is not looked up here but whenever somebody asks the context for it.

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked_for = request.headers.get("X-Request-ID", "")
        context = Context(
            who=RequestActor(request),
            correlation_id=asked_for if _CORRELATION.fullmatch(asked_for) else str(uuid7()),
            idempotency_key=request.headers.get("Idempotency-Key"),
            source="api" if request.path.startswith("/api/") else "web",
        )
        with entering(context):
            response = self.get_response(request)
        response["X-Request-ID"] = context.correlation_id
        for name, value in context.notes.items():
            response[name] = value
        return response


class RequestActor:
    """Who calls. `known` is whom it was when it was last asked, for those who must not look anybody up."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.known: Actor | None = None

    def __call__(self) -> Actor:
        self.known = Actor.user(self._request.user)
        return self.known
