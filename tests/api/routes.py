"""Every address of the API, read from the URL configuration, so that a new one is covered by being there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cqrs.rest.endpoints import Endpoint
from cqrs.rest.fields import AnyField

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    name: str
    ids: tuple[str, ...]
    methods: tuple[str, ...]
    view: Any

    def path(self, ids: Mapping[str, int | str]) -> str:
        return reverse(self.name, kwargs={name: ids.get(name, 1) for name in self.ids})

    def fields(self, method: str) -> dict[str, AnyField]:
        """What a command at this address is sent, by name; nothing for a question and for what is no message."""
        handler = getattr(self.view.cls, getattr(self.view, "actions", {}).get(method, ""), None)
        endpoint: Endpoint | None = getattr(handler, "endpoint", None)
        return {} if endpoint is None or endpoint.is_query else dict(endpoint.input_class(self.ids)().fields)

    @property
    def is_in_a_project(self) -> bool:
        return "project_id" in self.ids


def routes() -> list[Route]:
    """All but the page for addresses that do not exist."""
    return [route for route in _below(get_resolver("config.api.urls")) if route.name != "api-nowhere"]


def _below(resolver: URLResolver) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name is None:  # the browsable API's sign-in is Django's
                yield from _below(pattern)
        elif pattern.name is not None:
            yield Route(pattern.name, _ids(pattern), _methods(pattern.callback), pattern.callback)


def _ids(pattern: URLPattern) -> tuple[str, ...]:
    return tuple(re.findall(r"\(\?P<(\w+)>", str(pattern.pattern)))


def _methods(view: Any) -> tuple[str, ...]:
    offered = getattr(view, "actions", None) or [name for name in METHODS if hasattr(view.view_class, name)]
    return tuple(name for name in METHODS if name in offered)
