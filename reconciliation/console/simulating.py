"""Rules tried on the command line: dispatched, waited for, and told."""

from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from cqrs import command_bus, query_bus
from reconciliation.commands.simulate_rule_set import SimulateRuleSet
from reconciliation.console.command import RefusedError
from reconciliation.console.deliveries import deliver_until
from reconciliation.console.projects import known_project
from reconciliation.console.screen import money, plain, table
from reconciliation.queries.get_simulation import BackTestRow, GetSimulation, SimulationRow

FINAL = {"completed", "cancelled", "failed"}
SHOWN = 20


def simulate(project: str, rules: dict[str, Any]) -> SimulationRow:
    """Wait until the answer is there; a simulation that did not complete is an error with its reason."""
    project_id = known_project(project)
    simulation_id = command_bus.dispatch(SimulateRuleSet(project_id=project_id, document=rules))
    asked = GetSimulation(project_id=project_id, simulation_id=simulation_id)
    deliver_until(lambda: query_bus.ask(asked).status in FINAL)
    found = query_bus.ask(asked)
    if found.status != "completed":
        raise RefusedError(f"The simulation ended as {found.status}: {found.error or 'no reason was given'}")
    return found


def tell(found: SimulationRow, console: Console) -> None:
    numbers = ("Confirmed", "Suggested", "Left", "Right")
    passes = table("Among the open items", "Pass", "Currency", *numbers, numbers=numbers)
    for each in found.passes:
        counts = (f"{each.confirmed:,}", f"{each.suggested:,}")
        passes.add_row(
            plain(each.pass_name), plain(each.currency), *counts, money(each.left_amount), money(each.right_amount)
        )
    console.print(passes)
    if found.back_test is None:
        console.print("Nobody has decided anything yet, so that there is nothing to test against.")
    else:
        _tell_back_test(found.back_test, found.compared_with, console)
    for note in found.notes:
        console.print(plain(note))


def _tell_back_test(tested: BackTestRow, compared_with: str, console: Console) -> None:
    beside = f", beside {compared_with}" if compared_with else ""
    console.print(
        plain(f"Against {tested.made:,} matches that people made and {tested.refused:,} they refused{beside}:")
    )
    console.print(plain(f"won {tested.won:,}, lost {tested.lost:,}, changed {tested.changed:,}"))
    console.print(plain(f"precision {tested.after.precision}, recall {tested.after.recall}"))
    changes = table("What changes", "Turn", "Decision", "By", "Left", "Right", "Before", "After")
    for change in tested.changes[:SHOWN]:
        left, right = (
            plain(", ".join(record.reference or record.text or str(record.id) for record in side))
            for side in (change.left, change.right)
        )
        words = (change.turn, change.decision, change.decided_by)
        changes.add_row(*map(plain, words), left, right, plain(change.before), plain(change.after))
    if tested.changes:
        console.print(changes)
    if (more := tested.won + tested.lost + tested.changed - min(SHOWN, len(tested.changes))) > 0:
        console.print(plain(f"and {more:,} more"))


def write(found: SimulationRow, path: Path) -> None:
    """Amounts and shares are text, times are ISO 8601."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
