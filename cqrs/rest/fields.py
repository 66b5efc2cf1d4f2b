"""From a dataclass field's annotation to the serializer field that reads it, shows it and documents it."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NewType, Union, get_args, get_origin

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

type_of_none = type(None)
LARGEST_INTEGER = 2**63 - 1

NestedSerializer = Callable[[type], type[serializers.Serializer[Any]]]


class AmountField(serializers.DecimalField):
    """An exact decimal, as a string: at most 38 digits, never rounded."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=38, decimal_places=None, coerce_to_string=True, **options)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class DocumentField(serializers.JSONField):
    """A JSON object."""

    default_error_messages = {"not_an_object": "Give a JSON object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        document = super().to_internal_value(data)
        if not isinstance(document, dict):
            self.fail("not_an_object")
        return document


def _text(**options: Any) -> serializers.Field[Any, Any, Any, Any]:
    # Whether a blank text is an answer is for the message to say, in its own words.
    return serializers.CharField(allow_blank=True, **options)


def _integer(**options: Any) -> serializers.Field[Any, Any, Any, Any]:
    return serializers.IntegerField(min_value=-LARGEST_INTEGER, max_value=LARGEST_INTEGER, **options)


def _instant(**options: Any) -> serializers.Field[Any, Any, Any, Any]:
    return serializers.DateTimeField(default_timezone=UTC, **options)


PLAIN: Mapping[Any, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    str: _text,
    bool: serializers.BooleanField,
    int: _integer,
    float: serializers.FloatField,
    Decimal: AmountField,
    datetime: _instant,
    date: serializers.DateField,
    object: serializers.JSONField,
    Any: serializers.JSONField,
}


def field_for(annotation: Any, nested: NestedSerializer, **options: Any) -> serializers.Field[Any, Any, Any, Any]:
    """The field for a value of this type; `nested` makes the serializer of a dataclass met inside."""
    if isinstance(annotation, NewType):
        return field_for(annotation.__supertype__, nested, **options)

    origin, arguments = get_origin(annotation) or annotation, get_args(annotation)
    if origin in {Union, types.UnionType}:
        (given,) = (argument for argument in arguments if argument is not type_of_none)
        return field_for(given, nested, allow_null=True, **options)
    if origin is Literal:
        return serializers.ChoiceField(choices=list(arguments), **options)
    if origin in {tuple, list, frozenset}:
        return _several(arguments[0], nested, **options)
    if origin is dict:
        return _by_name(arguments[1] if arguments else object, nested, **options)
    if dataclasses.is_dataclass(origin):
        return nested(origin)(**options)
    if isinstance(origin, type) and issubclass(origin, Enum):
        return serializers.ChoiceField(choices=[member.value for member in origin], **options)
    return PLAIN[origin](**options)


def _several(item: Any, nested: NestedSerializer, **options: Any) -> serializers.Field[Any, Any, Any, Any]:
    if dataclasses.is_dataclass(item) and isinstance(item, type):
        return nested(item)(many=True, **options)
    return serializers.ListField(child=field_for(item, nested), **options)


def _by_name(value: Any, nested: NestedSerializer, **options: Any) -> serializers.Field[Any, Any, Any, Any]:
    if value in {object, Any}:
        return DocumentField(**options)
    return serializers.DictField(child=field_for(value, nested), **options)
