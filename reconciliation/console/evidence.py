"""Shows what was guessed about files and rules, and why, and asks what could not be guessed."""

from rich.console import Console
from rich.text import Text

from reconciliation.console.guesses import guesses
from reconciliation.console.reconciling import Files
from reconciliation.console.screen import plain, table
from reconciliation.formats.counting import counted
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.get_rule_set import RuleSetDetail
from reconciliation.queries.propose_rule_set import RuleSetProposal

REJECTED_SHOWN = 10


def show_files(console: Console, files: Files) -> None:
    """How each file will be read, and why; of a file that was imported before, only that."""
    for side, arrival in files.arrivals.items():
        detail = files.details.get(side)
        if detail is None:
            console.print(plain(f"{arrival.path.name} ({side}) was imported before: nothing is added."))
            continue
        show_reading(console, detail, f" ({side})")


def show_rejected(console: Console, files: Files) -> None:
    """Lines that became no record, of each file."""
    for detail in files.details.values():
        show_rejected_lines(console, detail)


def show_rejected_lines(console: Console, detail: ImportDetail) -> None:
    """The first lines that became no record with their reason, and how many there are."""
    if not detail.rejected_total:
        return
    shown = detail.rejected_lines[:REJECTED_SHOWN]
    title = f"{detail.row.file_name}: not imported: {counted(detail.rejected_total, 'line')} (first {len(shown)})"
    drawn = table(title, "Line", "Field", "Reason", "As written", numbers=("Line",))
    for line in shown:
        drawn.add_row(str(line.line), plain(line.field), plain(line.reason), plain(line.raw))
    console.print(drawn, style="red")


def show_reading(console: Console, detail: ImportDetail, whose: str = "") -> None:
    """How a file will be read, and why."""
    console.print(guesses(f"{detail.row.file_name}{whose}: {detail.row.format}, {detail.encoding}", detail.evidence))
    for warning in detail.warnings:
        console.print(plain(f"Warning: {detail.row.file_name}: {warning}"), style="yellow")


def show_rules(console: Console, rules: RuleSetDetail, proposal: RuleSetProposal | None) -> None:
    """What the run will hold records to, in sentences; for proposed rules the evidence of each."""
    console.print(Text(f"Rules: {rules.name}, version {rules.version}", style="bold"))
    for sentence in rules.sentences:
        console.print(Text("  ").append_text(plain(sentence)))
    if proposal is not None:
        console.print(guesses("Why these rules", proposal.evidence))
