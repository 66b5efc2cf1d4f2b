"""A whole table, read block by block: what becomes a record, and what each other line is."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import Flags, Integers, chosen, flags, lengths, texts, trimmed
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.phrases import LONGEST_SUSPECT, SUSPECT_TEXTS
from reconciliation.formats.reading.accounts import Accounts
from reconciliation.formats.reading.balances import RunningBalance
from reconciliation.formats.reading.before import lines_before
from reconciliation.formats.reading.finish import finish
from reconciliation.formats.reading.odd_lines import OddLine, classify
from reconciliation.formats.reading.records import record_batch
from reconciliation.formats.reading.typing import Typed, typed
from reconciliation.formats.registry import Progress
from reconciliation.formats.results import Balance, Reading, RejectedLine
from reconciliation.formats.table import Block, OddRow, Table, block_of

_RAW = 500


class TableReader:
    """Collects the parts of a reading; `finish` puts them together."""

    def __init__(self, table: Table, mapping: Mapping) -> None:
        self.table = table
        self.mapping = mapping
        self.accounts = Accounts()
        self.batches: list[pa.RecordBatch] = []
        self.rejected: list[RejectedLine] = []
        self.other_data_lines: list[int] = []
        self.footers: list[tuple[OddRow, OddLine]] = []
        self.totals: list[tuple[int, OddLine]] = []
        self.balances: list[tuple[str, Balance]] = []
        self.running = RunningBalance()
        self.warnings: list[str] = []
        self.repaired = False  # rows that stand after those of their block

    def read(self, on_progress: Progress) -> Reading:
        for row, odd in lines_before(self.table.head(), self.mapping, self.table.name):
            self._count(row.line, row.span, odd)
        for block in self.table.blocks(self.mapping.first_line, self.mapping.columns, on_progress):
            self._block(block)
            repaired = [row for row in map(self._repaired, block.odd) if row is not None]
            if repaired:
                self.repaired = True
                self._block(block_of(repaired))
        return finish(self)

    def _block(self, block: Block) -> None:
        if not block.rows:
            return
        found = typed(block, self.mapping)
        odd = np.zeros(block.rows, dtype=np.bool_)
        odd[list(found.problems)] = True
        for index in np.flatnonzero(odd & ~found.pending):
            self._odd(block, found, int(index))
        no_payments = self._no_payments(block, ~odd & ~found.pending)
        keep = ~odd & ~found.pending & ~no_payments
        self._pending(block, found, found.pending, odd)
        self._records(block, found, keep)

    def _records(self, block: Block, found: Typed, keep: Flags) -> None:
        """A list of entities has no field that a blank line would fail on."""
        if found.amount is None and (blank := _blank_rows(block) & keep).any():
            self.accounts.count("blank", int(block.spans[blank].sum()))
            keep = keep & ~blank
        batch = record_batch(block, found, keep, self.mapping)
        self.batches.append(batch)
        lines = int(block.spans[keep].sum())
        if found.amount is None:
            self.accounts.count("record", lines)
            return
        self.accounts.count_all("record", lines, found.amount[keep], found.scale[keep], batch["currency"])
        if found.balance is not None:
            self.running.add(found.balance, keep)

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

    def _suspects(self, block: Block) -> Flags:
        """Dated rows whose text is nothing but `Total` or `Opening balance`: no payment is called that."""
        found = np.zeros(block.rows, dtype=np.bool_)
        if not {"amount", "debit"} & self.mapping.fields.keys():
            return found
        for name in ("text", "counterparty", "reference"):
            if (place := self.mapping.position(name)) is not None:
                column = block.columns[place]
                short = np.flatnonzero(lengths(column) <= LONGEST_SUSPECT)
                written = pc.utf8_lower(trimmed(chosen(column, short)))
                found[short[flags(pc.is_in(written, texts(list(SUSPECT_TEXTS))))]] = True
        return found

    def _no_payments(self, block: Block, sound: Flags) -> Flags:
        """Of the suspects, those that are a total or a balance indeed: counted as that, and said."""
        found = np.zeros(block.rows, dtype=np.bool_)
        for index in np.flatnonzero(self._suspects(block) & sound):
            cells, number = block.cells(int(index)), int(block.lines[index])
            line = classify(cells, self.mapping)
            if line.category in ("total", "balance"):
                found[index] = True
                self._count(number, int(block.spans[index]), line)
                self.warnings.append(
                    f"Line {number} is dated, but calls itself a {line.category}: no record is made of it."
                )
        return found

    def _odd(self, block: Block, found: Typed, index: int) -> None:
        cells = block.cells(index)
        line = classify(cells, self.mapping)
        row = OddRow(int(block.lines[index]), int(block.spans[index]), cells, "")
        dated = "booking_date" in found.dates and found.dates["booking_date"].days[index].is_valid
        if dated and line.category in ("total", "footer"):
            line = OddLine("rejected", line.amount, line.currency)
        field, reason = found.problems[index]
        self._place(row, line, field, reason)

    def _repaired(self, row: OddRow) -> OddRow | None:
        """The row with its surplus blank cells cut off; None for one that does not fit the table, which is placed."""
        width = self.mapping.columns
        if not row.reason and len(row.cells) > width and not any(cell.strip() for cell in row.cells[width:]):
            return OddRow(row.line, row.span, row.cells[:width], row.raw)
        line = OddLine("rejected") if row.reason else classify(row.cells, self.mapping)
        self._place(row, line, "", row.reason or f"has {len(row.cells)} cells instead of {width}")
        return None

    def _place(self, row: OddRow, line: OddLine, field: str, reason: str) -> None:
        if line.category == "footer":
            self.footers.append((row, line))
        elif line.category == "rejected":
            self.reject(row, field, reason, line)
        else:
            self._count(row.line, row.span, line)

    def reject(self, row: OddRow, field: str, reason: str, line: OddLine) -> None:
        raw = row.raw or (self.mapping.delimiter or "\t").join(row.cells)
        self.rejected.append(RejectedLine(line=row.line, field=field, reason=reason, raw=raw[:_RAW]))
        self.other_data_lines.append(row.line)
        self.accounts.count("rejected", row.span, line.amount, line.currency)

    def _count(self, number: int, span: int, line: OddLine) -> None:
        self.accounts.count(line.category, span, line.amount if line.category != "header" else None, line.currency)
        if line.category == "total":
            self.totals.append((number, line))
        if line.balance and line.amount is not None:
            balance = Balance(amount=line.amount, currency=line.currency, date=line.date)
            self.balances.append((line.balance, balance))


def _blank_rows(block: Block) -> Flags:
    filled: Integers = np.zeros(block.rows, dtype=np.int64)
    for column in block.columns:
        filled += lengths(trimmed(column))
    return np.asarray(filled == 0, dtype=np.bool_)
