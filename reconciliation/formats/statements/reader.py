"""Reads a statement: every entry by the common typing, balances and totals by what the format says."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reconciliation.formats.arrow import Flags
from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.finish import finish
from reconciliation.formats.reading.kept import Kept
from reconciliation.formats.reading.odd_lines import OddLine, row_amount
from reconciliation.formats.reading.preview import PREVIEWED
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.reading.typing import Typed
from reconciliation.formats.registry import Progress
from reconciliation.formats.results import Findings
from reconciliation.formats.statements.table import StatementTable
from reconciliation.formats.table import Block


class StatementReader(TableReader):
    """An entry is an entry whatever its text says: no line of a statement calls itself a total."""

    def __init__(self, table: StatementTable, mapping: Mapping) -> None:
        super().__init__(table, mapping)
        self._statements = table
        self._raws: Sequence[str] = ()
        self._previewed: list[str] = []

    def read(self, kept: Kept, on_progress: Progress) -> Findings:
        """Raises `UnreadableFileError` where no entry of several, or the only one, can be read."""
        self._blocks(kept, on_progress)
        for category, lines in self._statements.lines.items():
            self.accounts.count(category, lines)
        for check in self._statements.statements:
            self.balances += [("opening", balance) for balance in check.opening]
            self.balances += [("closing", balance) for balance in check.closing]
        self.warnings += self._statements.warnings()
        if self.rejected and not self.records:
            first = self.rejected[0]
            message = f"no entry of it can be read; the first one {first.reason}. Ask the bank for the statement again."
            raise UnreadableFileError(self.table.name, message, line=first.line, field=first.field or None)
        findings = finish(self, kept)
        rows = zip(findings.preview, self._previewed, strict=True)
        return replace(findings, preview=tuple(replace(row, cells=tuple(raw.splitlines())) for row, raw in rows))

    def _block(self, block: Block, kept: Kept) -> None:
        self._raws = block.raws
        super()._block(block, kept)

    def _records(self, block: Block, found: Typed, keep: Flags, kept: Kept) -> None:
        more = np.flatnonzero(keep)[: PREVIEWED - len(self._previewed)]
        self._previewed += [self._raws[index] for index in more]
        super()._records(block, found, keep, kept)

    def _what(self, cells: tuple[str, ...]) -> OddLine:
        return OddLine("rejected", row_amount(cells, self.mapping), self.mapping.currency)

    def _no_payments(self, block: Block, _sound: Flags) -> Flags:
        return np.zeros(block.rows, dtype=np.bool_)
