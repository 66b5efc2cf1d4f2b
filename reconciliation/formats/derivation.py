"""The transformations of a mapping in their order: what each reads, and where what it makes is found."""

import re
from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import dataclass

from reconciliation.formats.column import Column
from reconciliation.formats.errors import InvalidMappingError
from reconciliation.formats.transformations.invert_sign import InvertSign
from reconciliation.formats.transformations.transformation import (
    MoneyTransformation,
    TextTransformation,
    Transformation,
)

_MOST = 50
_NUMBERED = re.compile(r"column ([1-9]\d{0,4})")


@dataclass(frozen=True, slots=True)
class Step:
    """`position` is its own column, behind those of the file and of the steps before; `inputs` are those it reads."""

    transformation: TextTransformation
    inputs: tuple[int, ...]
    position: int


@dataclass(frozen=True)
class Derivation:
    """The text steps with their columns; what is to be done to amounts; where each target is found in the end."""

    steps: tuple[Step, ...]
    money: tuple[MoneyTransformation, ...]
    targets: Named[str, int]

    @property
    def inverts(self) -> bool:
        return any(isinstance(step, InvertSign) for step in self.money)


class _Inputs:
    """What a step can read: fields, also those made before it, and columns of the file."""

    def __init__(self, fields: Named[str, Column], headers: Sequence[str], columns: int) -> None:
        self.known = {name: column.column for name, column in fields.items()}
        self._headers = headers
        self._columns = columns

    def position(self, name: str) -> int:
        """A field first, then a header, then `column 3` for one without a header. Raises `LookupError` saying why."""
        if name in self.known:
            return self.known[name]
        if self._headers.count(name) == 1:
            return self._headers.index(name)
        if self._headers.count(name) > 1:
            raise LookupError(f"more than one column is called {name!r}; name a field instead")
        number = _NUMBERED.fullmatch(name)
        if number and 1 <= int(number[1]) <= self._columns:
            return int(number[1]) - 1
        there = ", ".join(dict.fromkeys((*self.known, *filter(None, self._headers))))
        raise LookupError(f"no field and no column is called {name!r}; there are {there}")


def derivation(
    transformations: Sequence[Transformation], fields: Named[str, Column], headers: Sequence[str], columns: int
) -> Derivation:
    """Raises `InvalidMappingError` for the first step that cannot be done, by its place and field."""
    if len(transformations) > _MOST:
        raise InvalidMappingError(f"there are {len(transformations)}; {_MOST} are the most", "transformations")
    inputs = _Inputs(fields, headers, columns)
    steps: list[Step] = []
    targets: dict[str, int] = {}
    for place, transformation in enumerate(transformations):
        for field, message in transformation.problems():
            raise _wrong(place, field, message)
        if isinstance(transformation, TextTransformation):
            step = Step(transformation, _positions(place, transformation, inputs), columns + len(steps))
            steps.append(step)
            inputs.known[transformation.target] = targets[transformation.target] = step.position
    return Derivation(tuple(steps), _money(transformations), targets)


def _positions(place: int, transformation: Transformation, inputs: _Inputs) -> tuple[int, ...]:
    found = []
    for field, name in transformation.reads():
        try:
            found.append(inputs.position(name))
        except LookupError as error:
            raise _wrong(place, field, str(error.args[0])) from error
    return tuple(found)


def _money(transformations: Sequence[Transformation]) -> tuple[MoneyTransformation, ...]:
    """Each at most once: what is inverted twice was a mistake."""
    found: dict[str, MoneyTransformation] = {}
    for place, step in enumerate(transformations):
        if isinstance(step, MoneyTransformation):
            if step.kind() in found:
                raise _wrong(place, "kind", f"{step.kind()} stands there twice")
            found[step.kind()] = step
    return tuple(found.values())


def _wrong(place: int, field: str, message: str) -> InvalidMappingError:
    return InvalidMappingError(message, f"transformations[{place}].{field}")
