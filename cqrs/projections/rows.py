"""The rows of one generation of a read model."""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


class Rows(QuerySet[M]):
    """An ordinary query set that sees one generation only; what is created through it belongs to that generation."""

    generation: int

    @classmethod
    def of(cls, model: type[M], generation: int) -> Self:
        rows = cls(model)
        rows.generation = generation
        return rows.filter(generation=generation)

    def _chain(self) -> Self:
        """Django's way to derive a query set from another: what we know has to come along."""
        derived: Self = super()._chain()  # type: ignore[misc]  # private, so the stubs leave it out
        derived.generation = self.generation
        return derived

    def create(self, **values: Any) -> M:
        return super().create(generation=self.generation, **values)

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            row.generation = self.generation  # type: ignore[attr-defined]  # the system check sees that it is there
        return super().bulk_create(rows, *args, **options)
