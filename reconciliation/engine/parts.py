"""Records of which only a part is open: what is left of each, and what a group uses of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from reconciliation.engine.database import Database, chosen, column
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.outcome import MARKED_LEGS
from reconciliation.engine.units import open_table


@dataclass
class Parts:
    """What is open of records that are not open as a whole, in minor units and with their own sign."""

    open: dict[int, int] = field(default_factory=dict)

    def learn(self, database: Database, side: str, given: SideInput) -> None:
        """The amounts of records that confirmed groups of earlier runs use in part."""
        if not given.used.num_rows:
            return
        database.offer("used_in_part", given.used.select(["record_id"]))
        mine = column("unit", open_table(side)).eq(column("record_id", "used_in_part"))
        asked = chosen([column("unit"), column("amount")], open_table(side))
        rows = database.rows(asked.join("used_in_part", on=mine, join_type="semi"))
        self.open |= {int(str(unit)): int(str(amount)) for unit, amount in rows}

    def marked(self, legs: pa.Table, left_over: Mapping[int, int]) -> pa.Table:
        """The legs of a pass with what each uses of its record; of these records the group leaves something."""
        if not self.open and not left_over:
            whole = legs.append_column("allocated", pa.nulls(legs.num_rows, pa.int64()))
            return whole.append_column("closes", pa.repeat(pa.scalar(value=True), legs.num_rows)).cast(MARKED_LEGS)
        allocated: list[int | None] = [None] * legs.num_rows
        closes = np.ones(legs.num_rows, np.bool_)
        records, amounts = legs["record_id"].to_numpy(), legs["amount"].to_numpy()
        for place in np.flatnonzero(np.isin(records, [*self.open, *left_over])):
            record = int(records[place])
            rest = left_over.get(record, 0)
            closes[place] = not rest
            allocated[place] = self.open[record] - rest if record in self.open else _signed(int(amounts[place]), rest)
        table = legs.append_column("allocated", pa.array(allocated, pa.int64()))
        return table.append_column("closes", pa.array(closes)).cast(MARKED_LEGS)


def _signed(amount: int, rest: int) -> int:
    """What is used of a record has the sign of what is left of it."""
    return abs(amount) if rest > 0 else -abs(amount)
