"""Makes a delivery for show: prints what it would change in the database, publish and call outside, and undoes it."""

from argparse import ArgumentParser
from typing import Any

from rich.console import RenderableType

from cqrs import command_bus
from cqrs.commands.dry_run_delivery import DryRunDelivery
from cqrs.console import Options, Out, as_json, drawn, table
from cqrs.operating.dry_run import DryRun
from cqrs.operating.row_changes import RowChange

_LONGEST = 200


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("delivery", type=int, metavar="DELIVERY", help="its number")


def run(options: Options, out: Out) -> None:
    outcome = command_bus.dispatch(DryRunDelivery(delivery_id=options["delivery"]))
    out(as_json(outcome) if options["json"] else drawn(*_parts(outcome)))


def _parts(outcome: DryRun) -> list[RenderableType]:
    rows = [(row.kind, row.table, row.key, says(row)) for row in outcome.changes]
    events = [(each.name, each.stream, ", ".join(each.subscribers)) for each in outcome.published]
    parts: list[RenderableType] = [
        table(("change", "table", "row", "values"), rows, "Would change") if rows else "Would change no row.",
        *([f"… and {outcome.beyond} rows more"] if outcome.beyond else []),
        *[f"Would also execute, rows unknown: {statement}" for statement in outcome.unread],
        "",
        table(("event", "stream", "to"), events, "Would publish") if events else "Would publish nothing.",
        *[f"Would call {call}" for call in outcome.outside],
        "",
        f"It fails again:\n{outcome.error}" if outcome.error else "It would succeed.",
        "Nothing was kept. What the subscriber does outside without an outward service was really done.",
    ]
    return parts


def says(row: RowChange) -> str:
    """The values of a new or deleted row; of a changed one, from what to what."""
    if row.kind == "update":
        return ", ".join(f"{name}: {_cut(row.before[name])} → {_cut(row.after[name])}" for name in row.after)
    return ", ".join(f"{name}={_cut(value)}" for name, value in (row.after or row.before).items())


def _cut(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
