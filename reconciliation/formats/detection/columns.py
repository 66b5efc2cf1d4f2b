"""What a column holds, summed up from the lines looked at."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from reconciliation.formats.cells.kinds import Kind, kind_of
from reconciliation.formats.detection.shape import Shape
from reconciliation.formats.words import roles_of


@dataclass(frozen=True)
class SampledColumn:
    """One column of the table: its header (empty without one), the cells of the sample, what they look like."""

    position: int
    header: str
    cells: tuple[str, ...]

    @cached_property
    def filled(self) -> tuple[str, ...]:
        return tuple(cell.strip() for cell in self.cells if cell.strip())

    @cached_property
    def kinds(self) -> Counter[Kind]:
        return Counter(kind_of(cell) for cell in self.filled)

    @cached_property
    def distinct(self) -> frozenset[str]:
        return frozenset(self.filled)

    @property
    def roles(self) -> dict[str, int]:
        return roles_of(self.header)

    @property
    def shown(self) -> str:
        return f"{self.header!r}" if self.header else f"column {self.position + 1}"

    @property
    def is_unique(self) -> bool:
        return len(self.filled) == len(self.cells) == len(self.distinct)

    def share(self, *kinds: Kind) -> float:
        return sum(self.kinds[kind] for kind in kinds) / len(self.filled) if self.filled else 0.0


def sample_columns(shape: Shape) -> tuple[SampledColumn, ...]:
    rows = shape.regular
    by_column: Iterable[tuple[str, ...]] = (
        zip(*(row.cells for row in rows), strict=True) if rows else ((),) * shape.columns
    )
    headers = shape.headers or ("",) * shape.columns
    return tuple(SampledColumn(position, headers[position], cells) for position, cells in enumerate(by_column))
