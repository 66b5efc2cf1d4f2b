"""The result on one screen: what matched, what is only suggested, what is open, and how long it took."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from rich.console import Console

from reconciliation.console.reconciling import Files
from reconciliation.console.screen import money, plain, table
from reconciliation.ids import Side
from reconciliation.queries.get_rule_set import RuleSetDetail
from reconciliation.queries.get_standing import StandingRow
from reconciliation.queries.list_open_items import OpenItem

STATES = ("confirmed", "suggested", "open")
WORDS = {"confirmed": "matched", "suggested": "suggested", "open": "open", "total": "total"}


class Timed(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def seconds(self) -> float: ...


def show_standing(console: Console, rows: Sequence[StandingRow]) -> None:
    """One line for each source and currency: count and amount of each state, which add up to the total."""
    shown = [*STATES, "total"]
    figures = [heading for state in shown for heading in (WORDS[state].title(), f"{WORDS[state].title()} amount")]
    drawn = table("Result", "Side", "Source", "Currency", *figures, numbers=figures)
    for row in rows:
        tallies = [getattr(row, state) for state in shown]
        cells = [cell for tally in tallies for cell in (f"{tally.count:,}", money(tally.amount))]
        drawn.add_row(str(row.side), plain(row.source_name), row.currency, *cells)
    console.print(drawn)


def show_notes(console: Console, notes: Iterable[str]) -> None:
    """The limits that the run met: what it did not search, or left open."""
    for note in notes:
        console.print(plain(f"Note: {note}"), style="yellow")


def show_times(console: Console, stages: Iterable[Timed], total: float) -> None:
    drawn = table("Time", "Stage", "Seconds", numbers=("Seconds",))
    for stage in stages:
        drawn.add_row(plain(stage.name), f"{stage.seconds:.2f}")
    drawn.add_row("all of it", f"{total:.2f}")
    console.print(drawn)


def show_open_items(console: Console, side: Side, items: Sequence[OpenItem], total: int) -> None:
    """The first open items of a side, each with what it nearly matched; says how many more there are."""
    if not items:
        return
    shown = f"first {len(items)} of {total:,}" if total > len(items) else f"{total:,}"
    drawn = table(
        f"Open on the {side} ({shown})",
        "Item",
        "Date",
        "Amount",
        "Reference",
        "Who, what",
        "Nearest miss",
        numbers=("Date", "Amount"),
    )
    for item in items:
        record = item.record
        drawn.add_row(
            plain(record.key or f"line {record.line}"),
            str(record.booking_date or ""),
            money(record.amount),
            plain(record.reference),
            plain(" · ".join(filter(None, (record.counterparty, record.text)))),
            plain(item.nearest.text if item.nearest else ""),
        )
    console.print(drawn)


def open_count(rows: Sequence[StandingRow], side: Side) -> int:
    return sum(row.open.count for row in rows if row.side == side)


def all_confirmed(rows: Sequence[StandingRow], files: Files) -> bool:
    """Nothing open, nothing only suggested, and no line of the files left out."""
    left_over = any(row.open.count or row.suggested.count for row in rows)
    return not left_over and not any(detail.rejected_total for detail in files.details.values())


def document(
    files: Files, rules: RuleSetDetail, rows: Sequence[StandingRow], stages: Iterable[Timed], seconds: float
) -> dict[str, Any]:
    """The `summary` of the results document; amounts are strings, as everywhere."""
    return {
        "all_confirmed": all_confirmed(rows, files),
        "files": {side.value: _file(files, side) for side in Side},
        "rules": {"name": rules.name, "version": rules.version},
        "totals": [_totals(row) for row in rows],
        "stages": [{"name": stage.name, "seconds": round(stage.seconds, 3)} for stage in stages],
        "seconds": round(seconds, 3),
    }


def _file(files: Files, side: Side) -> dict[str, Any]:
    name, detail = files.arrivals[side].path.name, files.details.get(side)
    if detail is None:
        return {"name": name, "imported_before": True}
    row = detail.row
    return {"name": name, "records": row.records, "duplicates": row.duplicates, "rejected": row.rejected}


def _totals(row: StandingRow) -> dict[str, Any]:
    tallies = {WORDS[state]: getattr(row, state) for state in (*STATES, "total")}
    figures = {name: {"count": tally.count, "amount": f"{tally.amount:f}"} for name, tally in tallies.items()}
    return {"side": str(row.side), "source": row.source_name, "currency": row.currency, **figures}
