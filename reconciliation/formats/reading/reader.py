"""A whole table, read block by block: what becomes a record, and what each other line is."""

from typing import Any

import numpy as np
import pyarrow as pa

from reconciliation.formats.arrow import Flags, Integers, chosen, lengths, trimmed
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.accounts import Accounts
from reconciliation.formats.reading.balances import RunningBalance
from reconciliation.formats.reading.before import lines_before
from reconciliation.formats.reading.derived import Derived
from reconciliation.formats.reading.finish import finish
from reconciliation.formats.reading.kept import Kept
from reconciliation.formats.reading.odd_lines import OddLine, classify
from reconciliation.formats.reading.preview import PREVIEWED
from reconciliation.formats.reading.problems import Problems
from reconciliation.formats.reading.records import record_batch, schema_for
from reconciliation.formats.reading.suspects import suspects
from reconciliation.formats.reading.typing import Typed, typed
from reconciliation.formats.registry import Progress
from reconciliation.formats.results import Balance, Findings, RejectedLine
from reconciliation.formats.table import Block, OddRow, Table, with_rows

_RAW = 500
_KEPT = 4_000


class TableReader:
    """Collects what is told beside the records; `finish` puts it together."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.table = table
        self.mapping = mapping
        self.derived = Derived(mapping)
        self.accounts = Accounts()
        self.records = 0
        self.first: list[pa.RecordBatch] = []
        self.currencies: set[str] = set()
        self.rejected: list[RejectedLine] = []
        self.other_data_lines: list[int] = []
        self.footers: list[tuple[OddRow, OddLine]] = []
        self.totals: list[tuple[int, OddLine]] = []
        self.balances: list[tuple[str, Balance]] = []
        self.running = RunningBalance()
        self.warnings: list[str] = []

    @property
    def schema(self) -> pa.Schema:
        """Of the records."""
        return schema_for(self.derived.mapping)

    def read(self, kept: Kept, on_progress: Progress) -> Findings:
        for row, odd in lines_before(self.table.head(), self.mapping, self.table.name):
            self._count(row.line, row.span, odd)
        self._blocks(kept, on_progress)
        return finish(self, kept)

    def _blocks(self, kept: Kept, on_progress: Progress) -> None:
        kept.begin(self.schema)
        for block in self.table.blocks(self.mapping.first_line, self.mapping.columns, on_progress):
            repaired = [row for row in map(self._repaired, block.odd) if row is not None]
            self._block(with_rows(block, repaired) if repaired else block, kept)

    def _block(self, block: Block, kept: Kept) -> None:
        if not block.rows:
            return
        problems = Problems()
        wide = self.derived.widened(block, problems)
        found = typed(wide, self.derived.mapping, problems)
        odd = np.zeros(block.rows, dtype=np.bool_)
        odd[list(found.problems)] = True
        if (rows := np.flatnonzero(odd & ~found.pending)).size:
            self._odd_rows(block, found, rows)
        no_payments = self._no_payments(wide, ~odd & ~found.pending)
        keep = ~odd & ~found.pending & ~no_payments
        self._pending(block, found, found.pending, odd)
        self._records(wide, found, keep, kept)

    def _records(self, block: Block, found: Typed, keep: Flags, kept: Kept) -> None:
        """A list of entities has no field that a blank line would fail on."""
        if found.amount is None and (blank := self._is_blank(block) & keep).any():
            self.accounts.count("blank", int(block.spans[blank].sum()))
            keep = keep & ~blank
        batch = record_batch(block, found, keep, self.derived.mapping, self._numbers(block.lines[keep]))
        kept.add(batch, block.spans[keep])
        self._remember(batch)
        lines = int(block.spans[keep].sum())
        if found.amount is None:
            self.accounts.count("record", lines)
            return
        self.accounts.count_all("record", lines, found.amount[keep], found.scale[keep], batch["currency"])
        if found.balance is not None:
            self.running.add(found.balance, keep)

    def _is_blank(self, block: Block) -> Flags:
        """What a mapping makes of nothing is still nothing in the file."""
        return is_blank(block.columns[: self.mapping.columns], block.rows)

    def _remember(self, batch: pa.RecordBatch) -> None:
        if self.records < PREVIEWED:
            self.first.append(batch.slice(0, PREVIEWED - self.records))
        self.records += batch.num_rows
        self.currencies.update(map(str, batch["currency"].unique().to_pylist()))

    def _numbers(self, lines: Integers) -> Integers:
        """`row` counts the entries of the file, those that became no record included; many may stand on one line."""
        if lines.size:
            self._refuse_words_before(int(lines[-1]))
        others = np.searchsorted(np.sort(np.array(self.other_data_lines, dtype=np.int64)), lines)
        return self.records + 1 + np.arange(len(lines)) + others

    def _refuse_words_before(self, line: int) -> None:
        """Lines of words after the last record are a footer; before one they are not to be passed over."""
        for row, odd in [footer for footer in self.footers if footer[0].line < line]:
            self.reject(row, "", "is no transaction, and stands between lines that are", odd)
        self.footers = [footer for footer in self.footers if footer[0].line >= line]

    def _pending(self, block: Block, found: Typed, pending: Flags, odd: Flags) -> None:
        if not pending.any():
            return
        self.other_data_lines += block.lines[pending].tolist()
        self.accounts.count("pending", int(block.spans[pending & odd].sum()))
        good = pending & ~odd
        lines = int(block.spans[good].sum())
        if found.amount is not None and lines:
            currency = chosen(found.currency, np.flatnonzero(good))
            self.accounts.count_all("pending", lines, found.amount[good], found.scale[good], currency)

    def _no_payments(self, block: Block, sound: Flags) -> Flags:
        """Of the suspects, those that are a total or a balance indeed: counted as that, and said."""
        found = np.zeros(block.rows, dtype=np.bool_)
        for index in np.flatnonzero(suspects(block, self.derived.mapping) & sound):
            cells, number = block.cells(int(index))[: self.mapping.columns], int(block.lines[index])
            line = classify(cells, self.mapping)
            if line.category in ("total", "balance"):
                found[index] = True
                self._count(number, int(block.spans[index]), line)
                self.warnings.append(
                    f"Line {number} is dated, but calls itself a {line.category}: no record is made of it."
                )
        return found

    def _odd_rows(self, block: Block, found: Typed, rows: Integers) -> None:
        """Rows with a problem; blank ones, of which a file can have a million, are only counted."""
        columns = [chosen(column, rows) for column in block.columns]
        blank = is_blank(columns, len(rows))
        self.accounts.count("blank", int(block.spans[rows[blank]].sum()))
        cells = list(zip(*(column.to_pylist() for column in columns), strict=True))
        for at in np.flatnonzero(~blank):
            index = int(rows[at])
            row = OddRow(
                int(block.lines[index]), int(block.spans[index]), cells[at], block.raws[index] if block.raws else ""
            )
            line = found.refused(index) or self._what(row.cells)
            self._place(row, line, *found.problems[index])

    def _repaired(self, row: OddRow) -> OddRow | None:
        """The row with its surplus blank cells cut off; None for one that does not fit the table, which is placed."""
        width = self.mapping.columns
        if not row.reason and len(row.cells) > width and not any(cell.strip() for cell in row.cells[width:]):
            return OddRow(row.line, row.span, row.cells[:width], row.raw)
        line = OddLine("rejected") if row.reason else self._what(row.cells)
        self._place(row, line, "", row.reason or f"has {len(row.cells)} cells instead of {width}")
        return None

    def _what(self, cells: tuple[str, ...]) -> OddLine:
        """What a line is that is no record."""
        return classify(cells, self.mapping)

    def _place(self, row: OddRow, line: OddLine, field: str, reason: str) -> None:
        if line.category == "footer":
            self.footers.append((row, line))
        elif line.category == "rejected":
            self.reject(row, field, reason, line)
        else:
            self._count(row.line, row.span, line)

    def reject(self, row: OddRow, field: str, reason: str, line: OddLine) -> None:
        raw = row.raw or (self.mapping.delimiter or "\t").join(row.cells)
        self.rejected.append(
            RejectedLine(
                line=row.line,
                field=field,
                reason=reason,
                raw=raw[:_RAW],
                cells=row.cells if sum(map(len, row.cells)) <= _KEPT else (),
                span=row.span,
                amount=line.amount,
                currency=line.currency,
            )
        )
        self.other_data_lines.append(row.line)
        self.accounts.count("rejected", row.span, line.amount, line.currency)

    def _count(self, number: int, span: int, line: OddLine) -> None:
        self.accounts.count(line.category, span, line.amount if line.category != "header" else None, line.currency)
        if line.category == "total":
            self.totals.append((number, line))
        if line.balance and line.amount is not None:
            balance = Balance(amount=line.amount, currency=line.currency, date=line.date)
            self.balances.append((line.balance, balance))


def is_blank(columns: list[Any], rows: int) -> Flags:
    """Rows without anything but blanks in any column."""
    filled: Integers = np.zeros(rows, dtype=np.int64)
    for column in columns:
        filled += lengths(trimmed(column))
    return np.asarray(filled == 0, dtype=np.bool_)
