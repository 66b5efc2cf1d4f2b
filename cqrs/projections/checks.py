"""System checks of the projections."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldDoesNotExist

from cqrs.projections.declaration import Projection, projections


@register("cqrs")
def check_projections(**_: Any) -> list[CheckMessage]:
    """Each projection takes in something, into rows that know their generation."""
    return [error for projection in projections.values() for error in _check(projection)]


def _check(projection: type[Projection[Any]]) -> Iterable[CheckMessage]:
    if not projection.functions:
        hint = f"@{projection.__name__}.takes(SomeEvent)"
        yield Error(f"{projection.__name__} takes in no event.", hint=hint, obj=projection, id="cqrs.E020")
    try:
        projection.model._meta.get_field("generation")  # noqa: SLF001  # Django's documented name
    except FieldDoesNotExist:
        hint = "generation = models.PositiveIntegerField(), and in its unique constraints."
        text = f"The rows of {projection.__name__} do not know their generation."
        yield Error(text, hint=hint, obj=projection.model, id="cqrs.E021")
