"""Where a field stands in a file."""

from typing import Literal

import msgspec

DateOrder = Literal["YMD", "DMY", "MDY", "YDM", "MYD", "DYM"]


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a field is found: by position (0 is `cell_0`), or by header text when no position is given."""

    column: int = -1
    header: str = ""
    order: DateOrder | None = None  # of a date column that is written otherwise than the mapping's
    zone: str = ""  # of a column of instants that name none themselves: "UTC"
