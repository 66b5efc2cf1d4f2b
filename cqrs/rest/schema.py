"""The OpenAPI description of an address, from the message behind it."""

import re
from functools import cache
from typing import Any, cast

from drf_spectacular.drainage import set_override
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

from cqrs.rest.answers import answer_shape
from cqrs.rest.endpoints import Endpoint
from cqrs.rest.fields import AnyField
from cqrs.rest.problems import MEDIA_TYPE

INTEGER: AnyField = serializers.IntegerField()

_HEADERS = (
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        description="A text of your own for this request. Sent again within 24 hours it does nothing twice: the answer"
        " is the first one, marked by `Idempotent-Replayed`. With other content: 422; while the first is at work: 409.",
    ),
    OpenApiParameter(
        "If-Match",
        str,
        OpenApiParameter.HEADER,
        description="The ETag of the answer that you saw. When the object has changed since: 412.",
    ),
)


class ChangeSerializer(serializers.Serializer[Any]):
    """Who changed the object meanwhile."""

    event = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField(help_text="The address of the page about this kind of problem.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable; programs decide by it.")
    detail = serializers.CharField(help_text="A sentence for people.")
    fields = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]
    request_id = serializers.CharField(help_text="Names this request in the logs.")
    changes = ChangeSerializer(many=True, required=False, help_text="What you had not seen, where a version is stale.")


class MessageSchema(AutoSchema):
    """Fields of the message are the parameters or the body; the answer's fields are the response."""

    # A viewset of ours, which the library's types do not know.
    view: Any

    @property
    def _endpoint(self) -> Endpoint | None:
        endpoint: Endpoint | None = self.view.endpoint
        return endpoint

    def get_tags(self) -> list[str]:
        return [self.view.basename.replace("-", " ")]

    def get_operation_id(self) -> str:
        message = self._endpoint.message.__name__ if self._endpoint else self.view.action
        # PUT and PATCH may carry the same message.
        return message if self.method != "PATCH" else f"{message}Partly"

    def get_description(self) -> str:  # type: ignore[override]  # as the library itself has it
        return (self._endpoint.message.__doc__ or "") if self._endpoint else super().get_description()

    def get_request_serializer(self) -> Any:
        if self._endpoint is None or not self._endpoint.has_body:
            return None
        serializer = self._endpoint.input_class(self._ids)
        return serializer if serializer().fields else None

    def map_parsers(self) -> list[str]:
        """One way to send each thing, though forms are understood everywhere."""
        accepts_file = self._endpoint is not None and self._endpoint.accepts is not None
        return ["multipart/form-data" if accepts_file else "application/json"]

    @property
    def _ids(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    def get_override_parameters(self) -> list[Any]:
        ids = [OpenApiParameter(name, int, OpenApiParameter.PATH) for name in self._ids]
        if self._endpoint is None:
            return ids
        if self._endpoint.is_sent:
            return ids
        if self._endpoint.is_query:
            parameters = self._endpoint.input_class(self._ids)
            return [*ids, parameters] if parameters().fields else ids
        headers = _HEADERS if self._endpoint.is_conditional else _HEADERS[:1]
        return [*ids, *headers]

    def get_response_serializers(self) -> Any:
        problem = OpenApiResponse(ProblemSerializer, description="Refused, see `code`.")
        if self._endpoint is None:
            return {(200, "application/octet-stream"): OpenApiTypes.BINARY, ("4XX", MEDIA_TYPE): problem}
        return {self._endpoint.status: _success(self._endpoint), ("4XX", MEDIA_TYPE): problem}


def _success(endpoint: Endpoint) -> Any:
    if endpoint.shows is None:
        name = endpoint.message.__name__
        return inline_serializer(f"{name}Result", {endpoint.tells: INTEGER}) if endpoint.tells else None
    shape = answer_shape(endpoint.shows)
    if shape.serializer is None:
        return OpenApiTypes.OBJECT
    return _page_of(shape.serializer) if shape.several else shape.serializer


@cache
def _page_of(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    page = type(
        f"{item.__name__}Page",
        (serializers.Serializer,),
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": item(many=True),
        },
    )
    set_override(page, "many", False)  # noqa: FBT003  the library's own name for: not a list of these
    return cast("type[serializers.Serializer[Any]]", page)
