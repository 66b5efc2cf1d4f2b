"""The viewset behind every address of the API."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django.urls import reverse
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from cqrs import Query, command_bus, query_bus
from cqrs.rest.answers import show
from cqrs.rest.endpoints import Endpoint
from cqrs.rest.schema import MessageSchema
from cqrs.rest.serializers import build


class MessageViewSet(ViewSet):
    """Turns requests into messages and answers into responses. Ids in the address are the message's fields by name."""

    schema = MessageSchema()
    lookup_value_regex = "[0-9]{1,18}"
    basename: str

    @property
    def ids(self) -> dict[str, int]:
        return {name: int(value) for name, value in self.kwargs.items()}

    @property
    def endpoint(self) -> Endpoint | None:
        """What the current method stands for; none for OPTIONS and for methods that are not offered."""
        return getattr(getattr(self, self.action or "", None), "endpoint", None)

    def get_serializer(self, *args: Any, **options: Any) -> serializers.Serializer[Any]:
        """What the browsable API makes its forms of."""
        if self.endpoint is None or not self.endpoint.has_body:
            return serializers.Serializer(*args, **options)
        options.setdefault("context", {"request": self.request, "view": self})
        return self.endpoint.input_class(self.kwargs)(*args, **options)

    def perform(self, endpoint: Endpoint, request: Request) -> Response:
        if issubclass(endpoint.message, Query):
            return show(query_bus.ask(self.message(endpoint, request)), endpoint.message, request)

        answer = command_bus.dispatch(self.message(endpoint, request))
        return self.show_result(endpoint, answer, request)

    def message(self, endpoint: Endpoint, request: Request) -> Any:
        expected = endpoint.input_class(self.kwargs)
        serializer = expected(data=_given(endpoint, request, expected().fields))
        serializer.is_valid(raise_exception=True)
        values = {**serializer.validated_data, **self.ids, **_precondition(endpoint, request)}
        return build(endpoint.message, values)

    def show_result(self, endpoint: Endpoint, answer: Any, request: Request) -> Response:
        ids = {**self.ids, endpoint.creates: answer} if endpoint.creates else self.ids
        if endpoint.shows is None:
            return Response({endpoint.tells: answer} if endpoint.tells else None, status=endpoint.status)

        asked = {field.name for field in fields(endpoint.shows)}
        query = endpoint.shows(**{name: value for name, value in ids.items() if name in asked})
        response = show(query_bus.ask(query), endpoint.shows, request)
        response.data = dict(
            response.data
        )  # no longer tied to its serializer, so that the form offered is the command's
        response.status_code = endpoint.status
        if endpoint.creates:
            response["Location"] = request.build_absolute_uri(reverse(f"{self.basename}-detail", kwargs=ids))
        return response


def _given(endpoint: Endpoint, request: Request, expected: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body, where there is one; else the parameters, of which blank ones (an empty filter) count as not given.

    A parameter that takes several values is repeated: `?group_ids=1&group_ids=2`.
    """
    if endpoint.has_body:
        if not isinstance(request.data, Mapping):
            raise ParseError("Send a JSON object.")
        return request.data
    lists = {name for name, field in expected.items() if isinstance(field, serializers.ListField)}
    parameters: dict[str, Any] = {
        name: values if name in lists else values[-1] for name, values in request.query_params.lists()
    }
    return {name: value for name, value in parameters.items() if value != "" and name != "format"}


def _precondition(endpoint: Endpoint, request: Request) -> dict[str, int]:
    stated = request.headers.get("If-Match")
    if stated is None or stated == "*" or endpoint.is_query:
        return {}
    if not endpoint.is_conditional:
        raise ParseError("This address does not compare versions: send it without If-Match.")
    version = stated.removeprefix("W/").strip('"')
    if not version.isdecimal():
        raise ParseError('If-Match takes the ETag of the answer that you saw, such as "3".')
    return {"expected_version": int(version)}
