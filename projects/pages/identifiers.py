"""Ids in the addresses of pages."""

from django.urls import register_converter
from django.urls.converters import IntConverter, get_converters


class IdConverter(IntConverter):
    """As long as the API takes them: a longer number is no id of a database, and no page."""

    regex = "[0-9]{1,18}"


def register() -> None:
    """Let addresses say `<id:project_id>`."""
    if "id" not in get_converters():
        register_converter(IdConverter, "id")
