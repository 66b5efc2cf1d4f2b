"""A whole table, read block by block: what becomes a record, and what each other line is."""



import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.cells.amount_columns import Flags, Integers
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.phrases import LONGEST_SUSPECT, SUSPECT_TEXTS
from reconciliation.formats.reading.accounts import Accounts
from reconciliation.formats.reading.balances import RunningBalance
from reconciliation.formats.reading.before import lines_before
from reconciliation.formats.reading.finish import finish
from reconciliation.formats.reading.odd_lines import OddLine, classify, row_amount
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

    def read(self, on_progress: Progress) -> Reading:
        for row, odd in lines_before(self.table.head(), self.mapping):
            self._count(row.line, row.span, odd)
        for block in self.table.blocks(self.mapping.first_line, self.mapping.columns, on_progress):
            self._block(block)
            repaired = [row for row in map(self._repaired, block.odd) if row is not None]
            if repaired:
                self._block(block_of(repaired))
        return finish(self)

    def _block(self, block: Block) -> None:
        if not block.rows:
            return
        found = typed(block, self.mapping)
        suspects = self._suspects(block)
        odd = np.zeros(block.rows, dtype=np.bool_)
        odd[list(found.problems)] = True
        keep = ~odd & ~found.pending & ~suspects
        for index in np.flatnonzero((odd & ~found.pending) | suspects):
            self._odd(block, found, int(index))
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
            currency = found.currency.take(pa.array(np.flatnonzero(good)))
            self.accounts.count_all("pending", lines, found.amount[good], found.scale[good], currency)

    def _suspects(self, block: Block) -> Flags:
        """Dated rows whose text is nothing but `Total` or `Opening balance`: no payment is called that."""
        places = {self.mapping.position(name) for name in ("text", "counterparty", "reference")} - {None}
        found = np.zeros(block.rows, dtype=np.bool_)
        for place in places if "amount" in self.mapping.fields or "debit" in self.mapping.fields else ():
            short = np.flatnonzero(pc.binary_length(block.columns[place]).to_numpy(zero_copy_only=False) <= LONGEST_SUSPECT)
            texts = pc.utf8_lower(pc.utf8_trim_whitespace(block.columns[place].take(pa.array(short))))
            found[short[pc.is_in(texts, pa.array(SUSPECT_TEXTS)).to_numpy(zero_copy_only=False)]] = True
        return found

    def _odd(self, block: Block, found: Typed, index: int) -> None:
        cells = block.cells(index)
        row = OddRow(int(block.lines[index]), int(block.spans[index]), cells, "")
        line = classify(cells, self.mapping)
        field, reason = found.problems.get(index, ("", ""))
        dated = "booking_date" in found.dates and found.dates["booking_date"].days[index].is_valid
        if reason and dated and line.category in ("total", "footer") and row_amount(cells, self.mapping) is not None:
            line = OddLine("rejected", line.amount, line.currency)
        if line.category == "rejected" and not reason:
            return
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
        filled += pc.binary_length(pc.utf8_trim_whitespace(column)).to_numpy(zero_copy_only=False)
    return filled == 0


