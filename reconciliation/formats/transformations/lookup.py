from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import msgspec
import numpy as np
import pyarrow.compute as pc

from reconciliation.formats.arrow import Flags, Texts, flags, lengths, texts, trimmed
from reconciliation.formats.transformations.transformation import OneInput, as_texts

_MOST = 10_000
_LONGEST = 1000


class Lookup(OneInput, frozen=True, kw_only=True):
    """What a table says for it."""

    table: Annotated[
        dict[str, str], msgspec.Meta(title="Table", description="What stands in the file, and what it becomes")
    ]
    otherwise: Annotated[
        Literal["reject", "keep", "empty"],
        msgspec.Meta(
            title="What is not in the table",
            description="reject: the line is rejected with the reason; keep: it stays as it is; empty: no value",
        ),
    ] = "reject"

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        del rows
        written = trimmed(inputs[0])
        values = texts(list(self.table.values()))
        found = values.take(pc.index_in(written, texts(list(self.table))))
        return as_texts(pc.coalesce(found, written) if self.otherwise == "keep" else found)

    def refused(self, inputs: Sequence[Texts]) -> Flags | None:
        """An empty cell asks the table nothing."""
        if self.otherwise != "reject":
            return None
        written = trimmed(inputs[0])
        known = flags(pc.is_in(written, texts(list(self.table))))
        unknown: Flags = np.asarray(~known & (lengths(written) > 0), dtype=np.bool_)
        return unknown

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from super().problems()
        if not 1 <= len(self.table) <= _MOST:
            yield "table", f"has {len(self.table):,} lines: give 1 to {_MOST:,}"
        for key, value in self.table.items():
            if key != key.strip() or not key:
                yield "table", f"{key!r} is never found: cells are compared without blanks around them"
            elif max(len(key), len(value)) > _LONGEST or "\0" in key + value:
                yield "table", f"{key[:20]!r} or its value is longer than {_LONGEST} characters, or holds a NUL"

    def in_words(self) -> str:
        return f"what a table of {len(self.table):,} says for {self.of or self.target}"
