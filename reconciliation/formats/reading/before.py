"""The lines before the table: header, preamble, and the balances that stand there."""

import re
from collections.abc import Sequence
from decimal import Decimal

from reconciliation.formats.errors import UnreadableFileError
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.phrases import balance_kind
from reconciliation.formats.reading.odd_lines import OddLine
from reconciliation.formats.reading.units import amount_of
from reconciliation.formats.results import Category
from reconciliation.formats.text.rows import Row


def lines_before(rows: Sequence[Row], mapping: Mapping, name: str) -> list[tuple[Row, OddLine]]:
    """Everything above the first line of the table, with what it is. Raises `UnreadableFileError` for a mapping that
    was made for another header: its columns would be read as what they are not.
    """
    header = next((row for row in rows if row.line == mapping.header_line), None)
    if mapping.headers and (header is None or not _same(header.cells, mapping.headers)):
        message = "the header is not the one that the mapping was made for. Have the columns detected again."
        raise UnreadableFileError(name, message, line=mapping.header_line)
    return [(row, _classify(row, mapping)) for row in rows if row.line < mapping.first_line]


def _same(cells: Sequence[str], headers: Sequence[str]) -> bool:
    found = [cell.strip() for cell in cells]
    width = max(len(found), len(headers))
    return found + [""] * (width - len(found)) == list(headers) + [""] * (width - len(headers))


def _classify(row: Row, mapping: Mapping) -> OddLine:
    if row.line == mapping.header_line:
        return OddLine("header")
    if not row.filled:
        return OddLine("blank")
    category: Category = "preamble"
    for place, cell in enumerate(row.cells):
        kind = balance_kind(cell)
        if kind and (amount := _amount_after(row.cells[place:], mapping)) is not None:
            return OddLine("balance", amount, mapping.currency, kind)
    return OddLine(category)


def _amount_after(cells: Sequence[str], mapping: Mapping) -> Decimal | None:
    """`Opening balance: 12.50` in one cell, or the label and the number in cells of their own."""
    _, _, inside = cells[0].rpartition(":")
    number = re.search(r"[-+(]?\d[\d.,' ]*\)?", inside)
    candidates = ([inside, number[0]] if number and ":" in cells[0] else []) + list(cells[1:])
    amounts = (amount_of(text, mapping, mapping.currency) for text in candidates)
    return next((amount for amount in amounts if amount is not None), None)
