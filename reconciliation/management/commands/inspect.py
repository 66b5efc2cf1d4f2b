"""`manage.py inspect FILE`: how a file would be read, without importing it."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from rich.console import Console

from reconciliation.console.accounting import accounting_table
from reconciliation.console.command import EXIT_REFUSED, ConsoleCommand, RefusedError
from reconciliation.console.guesses import guesses
from reconciliation.console.screen import console_on, plain, table
from reconciliation.formats import Inspection, InvalidMappingError, UnreadableFileError, inspect
from reconciliation.formats.counting import counted

_REJECTED_SHOWN = 10
_PREVIEWED = 5


class Command(ConsoleCommand):
    """Uses neither the apps nor the database; `manage.py` starts it without them."""

    help = "Says how FILE would be read: format, columns, records, sums, balances, and why. Nothing is imported."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--mapping", type=Path, metavar="FILE", help="a mapping document (JSON): whole, or only what it changes"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            inspection = inspect(options["file"], _answers(options["mapping"]))
        except (UnreadableFileError, InvalidMappingError) as error:
            if not options["json"]:
                raise RefusedError(str(error)) from error
            self.stdout.write(json.dumps({"error": str(error)}, ensure_ascii=False))
            sys.exit(EXIT_REFUSED)
        if options["json"]:
            self.stdout.write(json.dumps(inspection.document(), ensure_ascii=False))
        else:
            _show(inspection, options["file"].name, console_on(self.stdout))


def _answers(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidMappingError(f"{path.name} cannot be read as JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidMappingError(f"{path.name}: a mapping is a JSON object")
    return document


def _show(inspection: Inspection, name: str, console: Console) -> None:
    console.print(
        guesses(f"{name}: {inspection.detection.format}, {inspection.mapping.encoding}", inspection.detection.evidence)
    )
    console.print(accounting_table("Every line of the file", inspection.reading.accounting))
    _show_made(inspection, console)
    _show_rejected(inspection, console)
    for kind, balances in (
        ("Opening", inspection.reading.opening_balances),
        ("Closing", inspection.reading.closing_balances),
    ):
        for balance in balances:
            console.print(plain(f"{kind} balance: {balance.amount:,f} {balance.currency}"))
    for warning in inspection.warnings():
        console.print(plain(f"Warning: {warning}"), style="yellow")
    _show_quality(inspection, console)


def _show_quality(inspection: Inspection, console: Console) -> None:
    from reconciliation.console.quality import quality_sentences  # noqa: PLC0415  DuckDB is not for the JSON answer

    for sentence in quality_sentences(inspection):
        console.print(plain(f"Quality: {sentence}"))


def _show_made(inspection: Inspection, console: Console) -> None:
    """What the transformations make, beside the line that they make it of."""
    made = tuple(inspection.mapping.derivation.targets)
    rows = inspection.reading.preview[:_PREVIEWED]
    if not made or not rows:
        return
    drawn = table(
        f"Made by the mapping (first {len(rows)})", "Line", *made, "As it stands in the file", numbers=("Line",)
    )
    for row in rows:
        raw = (inspection.mapping.delimiter or " | ").join(row.cells)
        drawn.add_row(str(row.line), *(plain(row.parsed.get(name, "")) for name in made), plain(raw))
    console.print(drawn)


def _show_rejected(inspection: Inspection, console: Console) -> None:
    rejected = inspection.reading.rejected
    if not rejected:
        return
    title = f"Cannot be read: {counted(len(rejected), 'line')} (first {min(len(rejected), _REJECTED_SHOWN)})"
    drawn = table(title, "Line", "Field", "Reason", numbers=("Line",))
    for line in rejected[:_REJECTED_SHOWN]:
        drawn.add_row(str(line.line), plain(line.field), plain(line.reason))
    console.print(drawn, style="red")
