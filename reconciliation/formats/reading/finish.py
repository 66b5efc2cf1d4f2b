"""The end of a reading: checks totals and balances, and puts the answer together."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.cells.amounts import AmountError, parse_amount
from reconciliation.formats.counting import counted
from reconciliation.formats.currencies import NO_CURRENCY
from reconciliation.formats.reading.balances import statement_warnings
from reconciliation.formats.reading.control_totals import total_warnings
from reconciliation.formats.reading.kept import Kept
from reconciliation.formats.reading.preview import preview_rows
from reconciliation.formats.results import Balance, Findings, RejectedLine
from reconciliation.formats.schema import derived_of
from reconciliation.money import to_decimal

if TYPE_CHECKING:
    from reconciliation.formats.reading.reader import TableReader

_SCIENTIFIC = r"^\d(?:[.,]\d+)?E\+\d+$"
_EXAMPLES = 3


def finish(reader: "TableReader", kept: Kept) -> Findings:
    for row, line in reader.footers:
        if reader.records:
            reader.accounts.count("footer", row.span)
        else:
            reader.reject(row, "", "is no transaction, and there is none before it", line)
    only_currency = _only(reader.currencies) or NO_CURRENCY
    if only_currency != NO_CURRENCY:
        reader.accounts.name_currency(only_currency)
    opening, closing = _balances(reader, kept)
    moved = reader.accounts.sums("record")
    warnings = [
        *reader.warnings,
        *statement_warnings(opening, closing, moved),
        *total_warnings(reader.totals, kept, moved),
        *_key_warnings(kept),
        *_reference_warnings(kept),
    ]
    return Findings(
        count=reader.records,
        rejected=_rejected(reader, kept, only_currency),
        accounting=reader.accounts.result(),
        opening_balances=opening,
        closing_balances=closing,
        warnings=tuple(warnings),
        preview=preview_rows(pa.Table.from_batches(reader.first, reader.schema), derived_of(reader.schema)),
    )


def _rejected(reader: "TableReader", kept: Kept, currency: str) -> tuple[RejectedLine, ...]:
    """With the numbers that the records have left out for them, and the currency that the account counts them in."""
    if not reader.rejected:
        return ()
    lines = np.array([line.line for line in reader.rejected], dtype=np.int64)
    rows = 1 + np.searchsorted(np.sort(np.array(reader.other_data_lines, dtype=np.int64)), lines)
    for part in kept.parts("line"):
        rows += np.searchsorted(part["line"].to_numpy(), lines)
    numbered = (
        replace(line, row=int(row), currency=currency if line.currency == NO_CURRENCY else line.currency)
        for line, row in zip(reader.rejected, rows, strict=True)
    )
    return tuple(sorted(numbered, key=lambda line: line.line))


def _balances(reader: "TableReader", kept: Kept) -> tuple[tuple[Balance, ...], tuple[Balance, ...]]:
    stated = _in_currency(reader.balances, reader.currencies) + _constant_balances(reader, kept)
    warnings, derived = reader.running.check(kept)
    reader.warnings += warnings
    found = []
    for wanted in ("opening", "closing"):
        of_kind = [balance for kind, balance in stated if kind == wanted]
        if wanted == "closing":  # a balance that does not say which is that of the statement: where it ends
            of_kind = of_kind or [balance for kind, balance in stated if kind == "balance"]
        found.append(tuple(of_kind or [balance for kind, balance in derived if kind == wanted]))
    return found[0], found[1]


def _in_currency(balances: list[tuple[str, Balance]], currencies: set[str]) -> list[tuple[str, Balance]]:
    """Balances that name no currency are in that of the lines, when there is only one."""
    if (only := _only(currencies)) is None:
        return balances
    return [
        (kind, replace(balance, currency=only) if balance.currency == NO_CURRENCY else balance)
        for kind, balance in balances
    ]


def _constant_balances(reader: "TableReader", kept: Kept) -> list[tuple[str, Balance]]:
    """Balances that every line repeats."""
    found = []
    currency = _only(reader.currencies)
    for kind in ("opening", "closing"):
        position = reader.mapping.position(f"{kind}_balance")
        written = _constant(kept, f"cell_{position}") if position is not None else None
        if written is None or currency is None:
            continue
        try:
            amount = parse_amount(written, reader.mapping.decimal_mark)
        except AmountError as error:
            reader.warnings.append(f"The {kind} balance {error}.")
            continue
        found.append((kind, Balance(amount=to_decimal(amount.integer, amount.decimals), currency=currency)))
    return found


def _constant(kept: Kept, name: str) -> str | None:
    """What stands in this column of every record, when it is one thing."""
    written: set[str] = set()
    for part in kept.parts(name):
        written.update(map(str, part[name].unique().to_pylist()))
        if len(written) > 1:
            return None
    return _only(written)


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _key_warnings(kept: Kept) -> list[str]:
    repeated = kept.repeated_keys()
    return [f"The key column repeats {repeated} of its values: they name no line for sure."] if repeated else []


def _reference_warnings(kept: Kept) -> list[str]:
    names = ("reference", "key", "account")
    counts, examples = dict.fromkeys(names, 0), {name: list[str]() for name in names}
    for part in kept.parts(*names):
        for name in names:
            likely = part[name].filter(pc.match_substring(part[name], "E+"))
            hits = likely.filter(pc.match_substring_regex(likely, _SCIENTIFIC))
            counts[name] += len(hits)
            examples[name] += map(str, hits.slice(0, _EXAMPLES - len(examples[name])).to_pylist())
    return [
        f"A spreadsheet turned {counted(count, 'value')} of {name} into numbers before export: "
        f"{', '.join(examples[name])}."
        for name, count in counts.items()
        if count
    ]
