"""The end of a reading: numbers the rows, checks totals and balances, and puts the answer together."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import Integers
from reconciliation.formats.cells.amounts import AmountError, parse_amount
from reconciliation.formats.currencies import NO_CURRENCY
from reconciliation.formats.reading.accounts import totals
from reconciliation.formats.reading.balances import statement_warnings
from reconciliation.formats.reading.preview import preview_rows
from reconciliation.formats.reading.records import schema_for
from reconciliation.formats.reading.units import amount_of
from reconciliation.formats.results import Balance, Reading, RejectedLine, plain
from reconciliation.money import to_decimal

if TYPE_CHECKING:
    from reconciliation.formats.reading.reader import TableReader

_SCIENTIFIC = r"^\d(?:[.,]\d+)?E\+\d+$"
_EXAMPLES = 3


def finish(reader: "TableReader") -> Reading:
    records = pa.Table.from_batches(reader.batches, schema_for(reader.derived.mapping))
    reader.batches.clear()
    order = np.argsort(records["line"].to_numpy(), kind="stable")
    if reader.repaired:
        records = records.take(pa.array(order, pa.int64()))
    _end(reader, int(records["line"][-1].as_py()) if len(records) else 0)
    records = _numbered(records, reader.other_data_lines)
    only_currency = NO_CURRENCY
    if len(currencies := _distinct(records["currency"])) == 1:
        only_currency = currencies[0]
        reader.accounts.name_currency(only_currency)
    opening, closing = _balances(reader, records, order)
    moved = reader.accounts.sums("record")
    warnings = [
        *reader.warnings,
        *statement_warnings(opening, closing, moved),
        *_total_warnings(reader, records, moved),
        *_key_warnings(records),
        *_reference_warnings(records),
    ]
    return Reading(
        records=records,
        spans=np.concatenate([np.empty(0, np.int64), *reader.spans])[order],
        rejected=_rejected(reader, records, only_currency),
        accounting=reader.accounts.result(),
        opening_balances=opening,
        closing_balances=closing,
        warnings=tuple(warnings),
        preview=preview_rows(records, tuple(reader.mapping.derivation.targets)),
    )


def _end(reader: "TableReader", last_record: int) -> None:
    """Lines of words after the last record are a footer; between records they are not to be passed over."""
    for row, line in reader.footers:
        if row.line > last_record and last_record:
            reader.accounts.count("footer", row.span)
        else:
            reader.reject(row, "", "is no transaction, and stands between lines that are", line)


def _numbered(records: pa.Table, others: list[int]) -> pa.Table:
    """`row` counts the entries of the file, those that became no record included; many may stand on one line."""
    lines = records["line"].to_numpy()
    every = np.concatenate([lines, np.array(others, dtype=np.int64)])
    places: Integers = np.empty(len(every), dtype=np.int64)
    places[np.argsort(every, kind="stable")] = np.arange(1, len(every) + 1)
    rows = places[: len(lines)]
    return records.set_column(records.schema.get_field_index("row"), records.schema.field("row"), pa.array(rows))


def _rejected(reader: "TableReader", records: pa.Table, currency: str) -> tuple[RejectedLine, ...]:
    """With the numbers that `_numbered` has left out for them, and the currency that the account counts them in."""
    every = np.sort(np.concatenate([records["line"].to_numpy(), np.array(reader.other_data_lines, dtype=np.int64)]))
    rows = np.searchsorted(every, [line.line for line in reader.rejected]) + 1
    numbered = (
        replace(line, row=int(row), currency=currency if line.currency == NO_CURRENCY else line.currency)
        for line, row in zip(reader.rejected, rows, strict=True)
    )
    return tuple(sorted(numbered, key=lambda line: line.line))


def _balances(
    reader: "TableReader", records: pa.Table, order: Integers
) -> tuple[tuple[Balance, ...], tuple[Balance, ...]]:
    stated = _in_currency(reader.balances, records) + _constant_balances(reader, records)
    warnings, derived = reader.running.check(records, order)
    reader.warnings += warnings
    found = []
    for wanted in ("opening", "closing"):
        of_kind = [balance for kind, balance in stated if kind == wanted]
        if wanted == "closing":  # a balance that does not say which is that of the statement: where it ends
            of_kind = of_kind or [balance for kind, balance in stated if kind == "balance"]
        found.append(tuple(of_kind or [balance for kind, balance in derived if kind == wanted]))
    return found[0], found[1]


def _in_currency(balances: list[tuple[str, Balance]], records: pa.Table) -> list[tuple[str, Balance]]:
    """Balances that name no currency are in that of the lines, when there is only one."""
    currencies = _distinct(records["currency"])
    if len(currencies) != 1:
        return balances
    return [
        (kind, replace(balance, currency=currencies[0]) if balance.currency == NO_CURRENCY else balance)
        for kind, balance in balances
    ]


def _constant_balances(reader: "TableReader", records: pa.Table) -> list[tuple[str, Balance]]:
    """Balances that every line repeats."""
    found = []
    for kind in ("opening", "closing"):
        position = reader.mapping.position(f"{kind}_balance")
        written = _distinct(records[f"cell_{position}"]) if position is not None else []
        currencies = _distinct(records["currency"])
        if len(written) == len(currencies) == 1:
            try:
                parse_amount(written[0], reader.mapping.decimal_mark)
            except AmountError as error:
                reader.warnings.append(f"The {kind} balance {error}.")
                continue
            amount = amount_of(written[0], reader.mapping, currencies[0]) or Decimal()
            balance = Balance(amount=amount, currency=currencies[0])
            found.append((kind, balance))
    return found


def _distinct(column: Any) -> list[str]:
    found: list[str] = pc.unique(column).to_pylist()
    return found


def _total_warnings(reader: "TableReader", records: pa.Table, moved: dict[str, Decimal]) -> list[str]:
    """A totals line is a control total: of all lines, or of those since the total before."""
    found, start = [], 0
    lines = records["line"].to_numpy()
    for number, line in sorted(reader.totals, key=lambda item: item[0]):
        part = records.filter(pa.array((lines > start) & (lines < number)))
        start = number
        if line.amount is None:
            continue
        since = _sums(part)
        currency = line.currency if line.currency != NO_CURRENCY or len(moved) != 1 else next(iter(moved))
        if line.amount not in {sums.get(currency, Decimal()) for sums in (moved, since)}:
            shown = plain(since.get(currency, Decimal()))
            found.append(f"The total on line {number} says {plain(line.amount)}, the lines above it add up to {shown}.")
    return found


def _sums(records: pa.Table) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    if not len(records) or records["amount"].null_count:
        return found
    currency = records["currency"].combine_chunks()
    for (code, scale), total in totals(records["amount"].to_numpy(), records["scale"].to_numpy(), currency).items():
        found[code] = found.get(code, Decimal()) + to_decimal(total, scale)
    return found


def _key_warnings(records: pa.Table) -> list[str]:
    keys = records["key"].drop_null()
    repeated = len(keys) - pc.count_distinct(keys).as_py()
    return [f"The key column repeats {repeated} of its values: they name no line for sure."] if repeated else []


def _reference_warnings(records: pa.Table) -> list[str]:
    found = []
    for name in ("reference", "key", "account"):
        likely = records[name].filter(pc.match_substring(records[name], "E+"))
        hits = likely.filter(pc.match_substring_regex(likely, _SCIENTIFIC))
        if len(hits):
            examples = ", ".join(map(str, hits.slice(0, _EXAMPLES).to_pylist()))
            found.append(
                f"{len(hits)} values of {name} were turned into numbers by a spreadsheet before export: {examples}."
            )
    return found
