"""Every error of the API as application/problem+json (RFC 9457), whoever raised it."""

from http import HTTPStatus
from typing import Any

from django.urls import reverse
from drf_standardized_errors.formatter import flatten_errors
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ExceptionHandlerContext
from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict

from cqrs import (
    DomainError,
    InvalidMessageError,
    NotAllowedError,
    NotFoundError,
    StaleVersionError,
    current_context,
)
from cqrs.idempotency import IdempotencyKeyReusedError

MEDIA_TYPE = "application/problem+json"
_STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (NotFoundError, status.HTTP_404_NOT_FOUND),
    (NotAllowedError, status.HTTP_403_FORBIDDEN),
    (InvalidMessageError, status.HTTP_422_UNPROCESSABLE_ENTITY),
    (IdempotencyKeyReusedError, status.HTTP_422_UNPROCESSABLE_ENTITY),
)


def status_of(error: type[DomainError]) -> int:
    """The HTTP status of an error; what no line names is a conflict with the state of things."""
    return next((code for kind, code in _STATUSES if issubclass(error, kind)), status.HTTP_409_CONFLICT)


def title_of(error: type[APIException]) -> str:
    """What is true of every such error; where the framework's sentence has gaps for this one's facts, the status's."""
    text = str(error.default_detail)
    return f"{HTTPStatus(error.status_code).phrase}." if "{" in text else text


class RefusedError(APIException):
    """A domain's refusal, on its way to the client."""

    def __init__(self, error: DomainError, *, conditional: bool) -> None:
        super().__init__(detail=str(error), code=error.code)
        self.error = error
        stale = conditional and isinstance(error, StaleVersionError)
        self.status_code = status.HTTP_412_PRECONDITION_FAILED if stale else status_of(type(error))


class ProblemHandler(ExceptionHandler):
    """The library's conversions, logging and rollback; our shape."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DomainError):
            request = self.context["request"]
            return RefusedError(exc, conditional=request is not None and "If-Match" in request.headers)
        return super().convert_known_exceptions(exc)

    def format_exception(self, exc: APIException) -> dict[str, Any]:
        code, detail, fields = _told(exc)
        problem: dict[str, Any] = {
            "type": reverse("api-problem", kwargs={"code": code}),
            "title": exc.error.text if isinstance(exc, RefusedError) else title_of(type(exc)),
            "status": exc.status_code,
            "code": code,
            "detail": detail,
            "fields": fields,
            "request_id": current_context().correlation_id,
        }
        if isinstance(exc, RefusedError) and isinstance(exc.error, StaleVersionError) and exc.error.changes:
            problem["changes"] = [
                {"event": change.name, "by": change.actor_name, "at": change.at} for change in exc.error.changes
            ]
        # The browsable API shows the form again, with what was typed and the errors beside it.
        serializer = getattr(exc.detail, "serializer", None)
        return problem if serializer is None else ReturnDict(problem, serializer=serializer)

    def get_response(self, exc: APIException, data: dict[str, Any]) -> Response:
        response = super().get_response(exc, data)
        renderer = getattr(self.context["request"], "accepted_renderer", None)
        if renderer is None or renderer.format == "json":
            response.content_type = MEDIA_TYPE
        return response


def _told(exc: APIException) -> tuple[str, str, dict[str, list[str]]]:
    """The code, the sentence and the messages by field."""
    if isinstance(exc, RefusedError):
        return exc.error.code, str(exc.error), exc.error.fields
    errors = flatten_errors(exc.detail)
    if not isinstance(exc, ValidationError):
        return errors[0].code, errors[0].detail, {}

    fields: dict[str, list[str]] = {}
    for error in errors:
        fields.setdefault(error.attr or "non_field_errors", []).append(error.detail)
    return "invalid", "; ".join(f"{name}: {' '.join(messages)}" for name, messages in fields.items()), fields


def problem_response(exc: Exception, context: ExceptionHandlerContext) -> Response | None:
    """REST framework's EXCEPTION_HANDLER."""
    return ProblemHandler(exc, context).run()
