"""The columns that a mapping's transformations make, put behind those of the file."""

from functools import cached_property

import msgspec
import numpy as np

from reconciliation.formats.arrow import Flags
from reconciliation.formats.column import Column
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.problems import Problems
from reconciliation.formats.table import Block


class Derived:
    """Widens blocks. `mapping` is the file's with each target where its value is made."""

    def __init__(self, mapping: Mapping) -> None:
        self._file = mapping
        self._steps = mapping.derivation.steps

    @cached_property
    def mapping(self) -> Mapping:
        if not self._steps:
            return self._file
        fields = dict(self._file.fields)
        for name, position in self._file.derivation.targets.items():
            before = fields.get(name, Column())
            fields[name] = Column(column=position, header=name, order=before.order, zone=before.zone)
        headers = (*self._file.headers, *[""] * (self._file.columns - len(self._file.headers)))
        made = tuple(step.transformation.target for step in self._steps)
        money = self._file.derivation.money
        return msgspec.structs.replace(self._file, fields=fields, headers=headers + made, transformations=money)

    def widened(self, block: Block, problems: Problems) -> Block:
        """The same rows with a column for each step; rows of which a step can make nothing are told."""
        if not self._steps:
            return block
        columns = list(block.columns)
        numbers = None if block.numbers is None else list(block.numbers)
        for step in self._steps:
            inputs = [columns[position] for position in step.inputs]
            refused = step.transformation.refused(inputs)
            for index in np.flatnonzero(refused) if refused is not None else ():
                text = inputs[0][int(index)].as_py()
                problems.tell(int(index), step.transformation.target, f"{text!r} is not in the table of the lookup")
            columns.append(step.transformation.made(inputs, block.rows))
            if numbers is not None:
                numbers.append(_numbers([numbers[position] for position in step.inputs], block.rows))
        return Block(block.lines, block.spans, columns, numbers, block.odd)


def _numbers(inputs: list[Flags], rows: int) -> Flags:
    """What a number of a spreadsheet went into is written with a point, as that number is."""
    found: Flags = np.zeros(rows, dtype=np.bool_)
    for numbers in inputs:
        found |= numbers
    return found
