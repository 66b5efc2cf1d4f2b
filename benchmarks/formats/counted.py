"""Records as they pass: nothing of them is kept, so that the memory measured is that of the parser."""

from collections.abc import Iterator

import pyarrow as pa

from reconciliation.formats.arrow import Integers


class Counted:
    def begin(self, schema: pa.Schema) -> None:
        """Nothing to prepare."""

    def add(self, batch: pa.RecordBatch, spans: Integers) -> None:
        """The record batch goes; `findings.count` has its number."""

    def parts(self, *_names: str) -> Iterator[pa.Table]:
        return iter(())

    def repeated_keys(self) -> int:
        return 0
