"""One method of one address: which message it carries, and the question whose answer it shows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal, Protocol

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT

from cqrs import Command, Query
from cqrs.rest.serializers import MessageSerializer, input_serializer


@dataclass(frozen=True)
class Endpoint:
    message: type
    # Asked after a command, to answer with the state it led to.
    shows: type[Query[Any]] | None = None
    # The name, in addresses and messages, of the id that the command answers.
    creates: str | None = None
    # What the command's answer is called in the response, where it is shown by itself.
    tells: str | None = None
    status: int = HTTP_200_OK
    # What is sent instead of the message's own fields, such as a file in place of its hash.
    accepts: type[MessageSerializer] | None = None
    # A question whose fields are sent as a body, because they do not fit into an address.
    is_sent: bool = False

    @property
    def is_query(self) -> bool:
        return issubclass(self.message, Query)

    @property
    def has_body(self) -> bool:
        return self.is_sent or not self.is_query

    @property
    def is_conditional(self) -> bool:
        """Whether the caller may name the version it saw, with If-Match."""
        return any(field.name == "expected_version" for field in fields(self.message))

    def input_class(self, ids: Iterable[str]) -> type[MessageSerializer]:
        """What reads the body or the parameters; `ids` stand in the address."""
        return self.accepts or input_serializer(self.message, frozenset(ids))


class Performer(Protocol):
    def perform(self, endpoint: Endpoint, request: Request) -> Response: ...


Method = Callable[..., Response]
Verb = Literal["get", "post", "put", "patch", "delete"]


def asks(query: type[Query[Any]], *, at: str | None = None, detail: bool = True, is_sent: bool = False) -> Method:
    """A method that answers GET with the answer to `query`; POST where its fields are sent as a body."""
    return _method(Endpoint(query, shows=query, is_sent=is_sent), "post" if is_sent else "get", at, detail)


def dispatches(
    command: type[Command[Any]],
    *,
    shows: type[Query[Any]] | None = None,
    creates: str | None = None,
    tells: str | None = None,
    at: str | None = None,
    detail: bool = True,
    verb: Verb = "post",
    status: int | None = None,
) -> Method:
    """A method that dispatches `command` and shows what came of it.

    Without `at` the method is one of the viewset's standard ones (create, update, destroy); with it, an address of its
    own below the collection or, with `detail`, below one object.
    """
    usual = HTTP_201_CREATED if creates else HTTP_200_OK if shows or tells else HTTP_204_NO_CONTENT
    return _method(Endpoint(command, shows, creates, tells or creates, status or usual), verb, at, detail)


def beside(other: Method, method: Method, *, name: str, verb: Verb) -> Method:
    """A method at the address of another one, for another verb; `name` is the attribute it is kept under."""
    method.__name__ = name
    mapped: Method = getattr(other, "mapping")._map(verb, method)  # noqa: B009, SLF001  untyped, and its only way in
    return mapped


def carries(endpoint: Endpoint) -> Callable[[Method], Method]:
    """For a method written out: what it stands for, so that its form and its schema are known."""

    def mark(method: Method) -> Method:
        method.endpoint = endpoint  # type: ignore[attr-defined]
        return method

    return mark


def _method(endpoint: Endpoint, verb: Verb, at: str | None, detail: bool) -> Method:  # noqa: FBT001
    def method(self: Performer, request: Request, **_ids: str) -> Response:
        return self.perform(endpoint, request)

    method.__doc__ = endpoint.message.__doc__
    carries(endpoint)(method)
    if at is None:
        return method
    method.__name__ = at.replace("-", "_")
    return action(methods=[verb], detail=detail, url_path=at)(method)
