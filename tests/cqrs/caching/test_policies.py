"""The system check of policies that cannot work, and the policies that the platform uses."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.checks import run_checks

from cqrs import Cache, Event, Invalidation, Query, anyone
from cqrs.testing import isolated_registry


class Opaque:
    """What nothing encodes."""


@dataclass(frozen=True)
class Holder:
    inside: tuple[Opaque, ...]


@dataclass(frozen=True)
class Fine:
    share: float
    inside: tuple["Fine", ...] = ()


def errors_of(answer: Any, policy: Cache, field: Any = int) -> list[str]:
    with isolated_registry():

        class Ask(Query[Any], requires=anyone, cache=policy):
            __annotations__ = {"field": field}

        def handler(_query: Ask) -> Any: ...

        handler.__annotations__["return"] = answer
        Ask.handler(handler)
        return [str(error.id) for error in run_checks() if error.obj is Ask]


@pytest.mark.parametrize(
    ("answer", "policy", "field", "code"),
    [
        (int, Cache(seconds=0), int, "E030"),
        (Opaque, Cache(seconds=1), int, "E031"),
        (tuple[Holder, ...], Cache(seconds=1), int, "E031"),
        (dict[str, Any], Cache(seconds=1), int, "E031"),
        (Fine | Holder, Cache(seconds=1), int, "E031"),
        (int, Cache(seconds=1), Opaque, "E032"),
        (int, Cache(seconds=1, invalidated_by=(Invalidation(Opaque, str),)), int, "E033"),
        (int, Cache(seconds=1, invalidated_by=(Invalidation(Event, str),)), int, "E033"),
    ],
)
def test_refuses_what_cannot_work(answer: Any, policy: Cache, field: Any, code: str) -> None:
    """An answer or a question that cannot be written down, no time at all, an event that nobody publishes."""
    assert errors_of(answer, policy, field) == [f"cqrs.{code}"]


@pytest.mark.parametrize("answer", [int, None, tuple[Fine, ...], dict[str, float]])
def test_takes_what_can(answer: Any) -> None:
    """Plain values, and dataclasses of them; a float comes back as it was."""
    assert errors_of(answer, Cache(seconds=0.5)) == []
