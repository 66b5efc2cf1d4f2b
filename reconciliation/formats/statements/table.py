"""The entries of a statement file as blocks of cells, and what is told beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from operator import itemgetter

import numpy as np

from reconciliation.formats.arrow import texts
from reconciliation.formats.cells.amounts import decimal_of
from reconciliation.formats.counting import counted
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.registry import Progress
from reconciliation.formats.results import Category, plain
from reconciliation.formats.statements.checks import StatementCheck, balance_warnings, gaps
from reconciliation.formats.statements.parts import COLUMNS, Control, Entry, Other, Part, Start, Stated, Warn
from reconciliation.formats.table import Block, OddRow
from reconciliation.formats.text.rows import Row

_BLOCK = 20_000
_WARNINGS = 20
_IN_ORDER = itemgetter(*COLUMNS)
_NOTHING = dict.fromkeys(COLUMNS, "")


class StatementTable:
    """Reads the parts once, front to back; only the block at hand is kept."""

    complete = True

    def __init__(self, name: str, parts: Iterable[Part], mapping: Mapping, *, expects_balances: bool) -> None:
        self.name = name
        self.lines: dict[Category, int] = defaultdict(int)
        self.statements: list[StatementCheck] = []
        self._parts = parts
        self._mapping = mapping
        self._expects_balances = expects_balances
        self._told: list[str] = []

    def head(self) -> Sequence[Row]:
        return ()

    def blocks(self, _first_line: int, _columns: int, on_progress: Progress | None = None) -> Iterator[Block]:
        entries: list[Entry] = []
        for part in self._parts:
            if isinstance(part, Entry):
                self._count(part)
                entries.append(part)
                if len(entries) == _BLOCK:
                    yield _block(entries)
                    entries = []
            else:
                self._note(part)
        if entries:
            yield _block(entries)
        if on_progress:
            on_progress(1.0)

    def warnings(self) -> list[str]:
        """Known once the blocks are read: what each statement says of itself, and what lies between them."""
        balances = balance_warnings(self.statements, expects_balances=self._expects_balances)
        every = [*self._told, *gaps(self.statements), *balances]
        more = len(every) - _WARNINGS
        return every[:_WARNINGS] + ([f"{counted(more, 'more warning')} of this kind."] if more > 0 else [])

    def _note(self, part: Part) -> None:
        match part:
            case Start(account=account, number=number):
                self.statements.append(StatementCheck(account, number))
            case Stated(kind=kind, balance=balance):
                check = self._statement()
                (check.opening if kind == "opening" else check.closing).append(balance)
            case Other(category=category, lines=lines):
                self.lines[category] += lines
            case Control(what=what, says=says, made=made) if says != made:
                self._told.append(f"{what} says {plain(says)}, the lines make {plain(made)}.")
            case Warn(text=text):
                self._told.append(text)

    def _statement(self) -> StatementCheck:
        if not self.statements:
            self.statements.append(StatementCheck("", 0))
        return self.statements[-1]

    def _count(self, entry: Entry) -> None:
        check, cells = self._statement(), entry.cells
        amount = decimal_of(cells.get("amount", ""), self._mapping.decimal_mark)
        if entry.problem or amount is None:
            check.unread += 1
        elif cells.get("status", "") not in self._mapping.pending:
            check.currencies.add(cells.get("currency", ""))
            check.moved += self._way(cells) * amount

    def _way(self, cells: dict[str, str]) -> Decimal:
        return Decimal(-1 if cells.get("direction", "") in self._mapping.sign.debit else 1)


def _row(entry: Entry) -> tuple[str, ...]:
    cells = entry.cells
    row: tuple[str, ...] = _IN_ORDER(cells) if len(cells) == len(COLUMNS) else _IN_ORDER(_NOTHING | cells)
    return row


def _block(entries: Sequence[Entry]) -> Block:
    good = [entry for entry in entries if entry.problem is None]
    return Block(
        lines=np.array([entry.line for entry in good], dtype=np.int64),
        spans=np.array([entry.span for entry in good], dtype=np.int64),
        columns=[texts(list(column)) for column in zip(*map(_row, good), strict=True)],
        raws=[entry.raw for entry in good],
        odd=[
            OddRow(entry.line, entry.span, _row(entry), entry.raw, reason)
            for entry in entries
            if entry.problem
            for reason in [": ".join(filter(None, entry.problem))]
        ],
    )
