"""The ambient context, and that of a web request."""

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cqrs import Actor, Context, acting_as, current_context
from cqrs.middleware import ContextMiddleware


class TestActingAs:
    def test_ends_with_its_block(self) -> None:
        """Outside, nobody acts."""
        with acting_as(Actor.system("nightly")) as inside:
            assert current_context() is inside

        assert current_context().actor == Actor.anonymous()

    def test_stays_in_the_conversation(self) -> None:
        """Acting as somebody else keeps correlation and source."""
        with acting_as(Actor.system("outer"), source="cli") as outer, acting_as(Actor.system("inner")) as inner:
            assert (inner.correlation_id, inner.source) == (outer.correlation_id, "cli")
            assert inner.actor.name == "inner"


def passed_through(request: HttpRequest, user: User | AnonymousUser) -> tuple[Context, Actor, HttpResponse]:
    """What a view sees: the context, the actor in the end, and the response."""
    seen: list[tuple[Context, Actor]] = []

    def view(request: HttpRequest) -> HttpResponse:
        request.user = user  # DRF sets it this late
        seen.append((current_context(), current_context().actor))
        return HttpResponse()

    response = ContextMiddleware(view)(request)
    return *seen[0], response


class TestContextMiddleware:
    def test_asks_for_the_user_as_late_as_possible(self) -> None:
        """An API's user, who is known only within the view, is the actor."""
        request = RequestFactory().get("/api/v1/projects/")
        request.user = AnonymousUser()
        context, actor, _ = passed_through(request, User(pk=5, username="anna"))

        assert actor == Actor("user", 5, "anna")
        assert context.source == "api"

    def test_takes_over_ids_from_the_headers(self) -> None:
        """The caller's request id and idempotency key travel on, and the id comes back."""
        headers = {"X-Request-ID": "abc-1", "Idempotency-Key": "once"}
        context, actor, response = passed_through(RequestFactory().post("/", headers=headers), AnonymousUser())

        assert (context.correlation_id, context.idempotency_key, context.source) == ("abc-1", "once", "web")
        assert actor == Actor.anonymous()
        assert response["X-Request-ID"] == "abc-1"

    @pytest.mark.parametrize("asked_for", ["", "x" * 65, "a\tb", "<script>"])
    def test_makes_up_an_id_where_none_is_usable(self, asked_for: str) -> None:
        """An id that is missing, too long or strange is replaced, not stored."""
        context, _, response = passed_through(RequestFactory().get("/", headers={"X-Request-ID": asked_for}), User())

        assert len(context.correlation_id) == 36
        assert response["X-Request-ID"] == context.correlation_id
