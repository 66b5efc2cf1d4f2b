"""From a dataclass field's annotation to the serializer field that reads it, shows it and documents it."""

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, Literal, NewType, Union, get_args, get_origin
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cqrs.rest.lists import ListField

type_of_none = type(None)
LARGEST_INTEGER = 2**63 - 1

AnyField = serializers.Field[Any, Any, Any, Any]
MakeField = Callable[..., AnyField]
NestedSerializer = Callable[[type], type[serializers.Serializer[Any]]]


class AmountField(serializers.DecimalField):
    """An exact decimal, as a string: at most 38 digits, never rounded. A JSON number with a point is refused, because
    it was rounded to binary before we saw it.
    """

    default_error_messages = {"inexact": 'Send the amount as a string, such as "12.30".'}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=38, decimal_places=None, coerce_to_string=True, **options)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, float):
            self.fail("inexact")
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class DocumentField(serializers.JSONField):
    """A JSON object."""

    default_error_messages = {"not_an_object": "Give a JSON object."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        document = super().to_internal_value(data)
        if not isinstance(document, dict):
            self.fail("not_an_object")
        return document


def _text(**options: Any) -> AnyField:
    # Whether a blank text is an answer is for the message to say, in its own words.
    return serializers.CharField(allow_blank=True, **options)


def _integer(**options: Any) -> AnyField:
    return serializers.IntegerField(min_value=-LARGEST_INTEGER, max_value=LARGEST_INTEGER, **options)


def _instant(**options: Any) -> AnyField:
    return serializers.DateTimeField(default_timezone=UTC, **options)


PLAIN: Mapping[Any, MakeField] = {
    str: _text,
    bool: serializers.BooleanField,
    int: _integer,
    float: serializers.FloatField,
    Decimal: AmountField,
    datetime: _instant,
    date: serializers.DateField,
    UUID: serializers.UUIDField,
    object: serializers.JSONField,
    Any: serializers.JSONField,
}


def field_for(annotation: Any, nested: NestedSerializer, **options: Any) -> AnyField:
    """The field for a value of this type; `nested` makes the serializer of a dataclass met inside."""
    if isinstance(annotation, NewType):
        return field_for(annotation.__supertype__, nested, **options)

    origin, arguments = get_origin(annotation) or annotation, get_args(annotation)
    if origin in {Union, types.UnionType}:
        (given,) = (argument for argument in arguments if argument is not type_of_none)
        return field_for(given, nested, allow_null=True, **options)
    make = _composed(origin, arguments, nested) or PLAIN[origin]
    return make(**options)


def _composed(origin: Any, arguments: tuple[Any, ...], nested: NestedSerializer) -> MakeField | None:
    if origin is Literal:
        return partial(serializers.ChoiceField, choices=list(arguments))
    if origin in {tuple, list, frozenset}:
        return partial(_several, arguments[0], nested)
    if origin is dict:
        return partial(_by_name, arguments[1] if arguments else object, nested)
    if isinstance(origin, type) and dataclasses.is_dataclass(origin):
        return nested(origin)
    if isinstance(origin, type) and issubclass(origin, Enum):
        return partial(serializers.ChoiceField, choices=[member.value for member in origin])
    return None


def _several(item: Any, nested: NestedSerializer, **options: Any) -> AnyField:
    if dataclasses.is_dataclass(item) and isinstance(item, type):
        return nested(item)(many=True, **options)
    return ListField(child=field_for(item, nested), **options)


def _by_name(value: Any, nested: NestedSerializer, **options: Any) -> AnyField:
    if value in {object, Any}:
        return DocumentField(**options)
    return serializers.DictField(child=field_for(value, nested), **options)
