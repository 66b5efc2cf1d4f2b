"""Serializers generated from messages and from what they answer, so that a new message needs none by hand."""

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

import msgspec
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from cqrs.rest.fields import field_for
from cqrs.rest.lists import RowsSerializer

M = TypeVar("M")

# What the browsable API's forms send beside the fields.
_FORM_FIELDS = {"csrfmiddlewaretoken"}


class MessageSerializer(serializers.Serializer[Any]):
    """Checks the shape of a message's fields. What they mean is checked by the message itself, on the bus."""

    class Meta:
        list_serializer_class = RowsSerializer

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        unknown = set(data) - set(self.fields) - _FORM_FIELDS
        if unknown:
            problem = ErrorDetail("There is no such field here.", code="unknown_field")
            raise serializers.ValidationError({name: [problem] for name in sorted(unknown)})
        return values


class AnswerSerializer(serializers.Serializer[Any]):
    """Shows an answer: a frozen dataclass, field by field."""


@cache
def input_serializer(message: type, left_out: frozenset[str] = frozenset()) -> type[MessageSerializer]:
    """For what is sent: the message's fields but those `left_out`, because the address gives them."""
    hints = get_type_hints(message)
    fields = {
        field.name: field_for(hints[field.name], input_serializer, **_whether_required(field))
        for field in dataclasses.fields(message)
        if field.name not in left_out
    }
    return cast("type[MessageSerializer]", type(message.__name__, (MessageSerializer,), _documented(message, fields)))


@cache
def output_serializer(answer: type) -> type[AnswerSerializer]:
    """For what is shown: every field of the dataclass, always."""
    hints = get_type_hints(answer)
    fields = {field.name: field_for(hints[field.name], output_serializer) for field in dataclasses.fields(answer)}
    return cast("type[AnswerSerializer]", type(answer.__name__, (AnswerSerializer,), _documented(answer, fields)))


def build(message: type[M], values: Mapping[str, Any]) -> M:
    """The message from checked values: nested mappings become its dataclasses, lists its tuples."""
    return msgspec.convert(values, message)


def _whether_required(field: dataclasses.Field[Any]) -> dict[str, Any]:
    """A field with a default may be left out; forms start with the default and the schema names it."""
    if field.default_factory is not dataclasses.MISSING:
        return {"default": field.default_factory}
    if field.default is dataclasses.MISSING:
        return {"required": True}
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    return {"default": default, "initial": default}


def _documented(source: type, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"__doc__": source.__doc__, "__module__": source.__module__, **fields}
