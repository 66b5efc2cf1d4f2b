"""How an answer becomes a response: objects as they are, pages and tuples as lists with links to their neighbours."""

import dataclasses
from typing import Any, get_args, get_origin

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from cqrs import Command, Page, Query
from cqrs.rest.serializers import AnswerSerializer, output_serializer


@dataclasses.dataclass(frozen=True)
class AnswerShape:
    """What a message answers: one `item`, or several of them, or nothing that can be shown."""

    item: Any
    several: bool

    @property
    def serializer(self) -> type[AnswerSerializer] | None:
        shown = isinstance(self.item, type) and dataclasses.is_dataclass(self.item)
        return output_serializer(self.item) if shown else None


def answer_shape(message: type[Any]) -> AnswerShape:
    """Read from the `Query[...]` or `Command[...]` that the message derives from."""
    (answer,) = next(get_args(base) for base in message.__orig_bases__ if get_origin(base) in {Command, Query})
    if get_origin(answer) in {Page, tuple}:
        return AnswerShape(get_args(answer)[0], several=True)
    return AnswerShape(answer, several=False)


def show(answer: Any, query: type[Query[Any]], request: Request) -> Response:
    """The response to a question: with an ETag where the answer has a version, with links where it has neighbours."""
    shape = answer_shape(query)
    if shape.several:
        return _list_response(answer, shape, request)
    if shape.serializer is None:
        return Response(answer)

    version = getattr(answer, "version", None)
    headers = {"ETag": f'"{version}"'} if version is not None else {}
    return Response(shape.serializer(answer).data, headers=headers)


def _list_response(answer: Page[Any] | tuple[Any, ...], shape: AnswerShape, request: Request) -> Response:
    page = answer if isinstance(answer, Page) else Page(items=answer, next=None, previous=None)
    items = shape.serializer(page.items, many=True).data if shape.serializer else list(page.items)
    links = {relation: _link(request, cursor) for relation, cursor in (("next", page.next), ("prev", page.previous))}
    header = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items() if url)
    body = {"next": links["next"], "previous": links["prev"], "results": items}
    return Response(body, headers={"Link": header} if header else {})


def _link(request: Request, cursor: str | None) -> str | None:
    return replace_query_param(request.build_absolute_uri(), "after", cursor) if cursor else None
