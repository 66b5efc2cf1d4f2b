"""The browsable API: a form for every command, filters for every question, nothing that the CSP forbids."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.renderers import BrowsableAPIRenderer
from rest_framework.request import Request


class MessageBrowsableRenderer(BrowsableAPIRenderer):
    template = "cqrs/browsable.html"

    def get_context(self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]) -> Any:
        context = super().get_context(data, accepted_media_type, renderer_context)
        # The stock template would show both with inline styles.
        context["code_style"] = None
        context["addresses"] = context.pop("extra_actions", None)
        context["query_form"] = self.query_form(renderer_context["view"], renderer_context["request"])
        return context

    def query_form(self, view: Any, request: Request) -> str | bytes | None:
        """The parameters of the question that this address answers, but for the cursor."""
        endpoint: Any = getattr(view, "endpoint", None)
        if endpoint is None or endpoint.has_body:
            return None
        serializer = endpoint.input_class(view.kwargs)()
        serializer.fields.pop("after", None)
        asked = {name: request.query_params.get(name, field.initial) for name, field in serializer.fields.items()}
        shown: serializers.Serializer[Any] = type(serializer)(instance=asked)
        shown.fields.pop("after", None)
        return self.render_form_for_serializer(shown) if shown.fields else None
