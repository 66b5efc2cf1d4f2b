"""Lists that a browser's form can send too, which REST framework leaves to JSON."""

import json
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.utils.html import is_html_input


class ListField(serializers.ListField):
    """In a form: one line of values with commas between them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(style={"base_template": "input.html", "placeholder": "12, 34"}, **options)

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        if not is_html_input(dictionary):
            return super().get_value(dictionary)
        line = dictionary.get(self.field_name or "", "").strip(" []")
        return [value.strip() for value in line.split(",")] if line else empty


class RowsSerializer(serializers.ListSerializer[Any]):
    """In a form: JSON in a text area."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"style": {"base_template": "textarea.html"}, **options})

    def get_value(self, dictionary: Mapping[str, Any]) -> Any:
        if not is_html_input(dictionary):
            return super().get_value(dictionary)
        text = dictionary.get(self.field_name or "", "").strip()
        try:
            return json.loads(text) if text else empty
        except json.JSONDecodeError as error:
            raise serializers.ValidationError({self.field_name or "": f"Write JSON: {error}"}) from error
