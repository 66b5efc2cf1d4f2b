"""What a problem's `type` points at: every kind of refusal, with its status and what it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cqrs import DomainError
from cqrs.rest.problems import status_of, title_of
from cqrs.rest.serializers import output_serializer


@dataclass(frozen=True)
class ProblemKind:
    code: str
    status: int
    meaning: str


def problem_kinds() -> dict[str, ProblemKind]:
    """By code: our own, which come with the apps, and REST framework's."""
    found = [
        *(ProblemKind(kind.default_code, kind.status_code, title_of(kind)) for kind in _framework_errors()),
        *(ProblemKind(error.code, status_of(type(error)), error.text) for error in map(_example, _below(DomainError))),
    ]
    return {kind.code: kind for kind in sorted(found, key=lambda kind: kind.code)}


def _framework_errors() -> list[type[exceptions.APIException]]:
    return [
        kind
        for kind in vars(exceptions).values()
        if isinstance(kind, type) and issubclass(kind, exceptions.APIException)
    ]


def _example(kind: type[DomainError]) -> DomainError:
    return kind()


def _below(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from _below(subclass)


class ProblemListView(APIView):
    """Every kind of problem that this API reports."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="ListProblems", tags=["problem"], responses=output_serializer(ProblemKind)(many=True))
    def get(self, _request: Request) -> Response:
        return Response(output_serializer(ProblemKind)(list(problem_kinds().values()), many=True).data)


class ProblemView(APIView):
    """One kind of problem: what it means and the status it comes with."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="GetProblem", tags=["problem"], responses=output_serializer(ProblemKind))
    def get(self, _request: Request, code: str) -> Response:
        kind = problem_kinds().get(code)
        if kind is None:
            raise exceptions.NotFound
        data: Any = output_serializer(ProblemKind)(kind).data
        return Response(data)
