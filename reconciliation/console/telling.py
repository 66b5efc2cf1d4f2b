"""Reconciles and tells about it: the evidence before, the result after, and the files that were asked for."""

import time
from dataclasses import dataclass

from rich.console import Console

from cqrs import query_bus
from projects.ids import ProjectId
from reconciliation.console import evidence, summary
from reconciliation.console.command import EXIT_ALL_MATCHED, EXIT_SOMETHING_OPEN
from reconciliation.console.documents import refusing_unwritable, write_document
from reconciliation.console.export import export
from reconciliation.console.progress import StageClock, shown_progress
from reconciliation.console.reconciling import Files, Reconciliation
from reconciliation.console.request import Request
from reconciliation.console.results_document import write_results
from reconciliation.ids import Side
from reconciliation.queries.get_rule_set import RuleSetDetail
from reconciliation.queries.get_standing import GetStanding, StandingRow
from reconciliation.queries.list_open_items import ListOpenItems

SHOWN = 10


@dataclass(frozen=True)
class Screens:
    """Results go to one, progress to the other, so that a pipe gets the results alone."""

    results: Console
    progress: Console


def reconcile_and_tell(request: Request, project_id: ProjectId, screens: Screens) -> int:
    """The exit code: whether everything is confirmed."""
    began, clock = time.monotonic(), StageClock()
    work = Reconciliation(request, project_id, clock, lambda: shown_progress(screens.progress, clock))
    rules, files = prepare(work, screens.results)
    ran = work.run(rules.id, files)
    standing = tell_standing(project_id, screens.results)
    summary.show_notes(screens.results, ran.notes)
    with clock.about("writing"):
        clock.stage("results", 0)
        imports = frozenset(detail.row.id for detail in files.details.values())
        if request.out:
            with refusing_unwritable(request.out):
                export(request.out, project_id, imports)
        if request.json:
            facts = summary.document(files, rules, standing, clock.times, time.monotonic() - began)
            facts["notes"] = list(ran.notes)
            with refusing_unwritable(request.json):
                write_results(request.json, project_id, imports, facts)
    summary.show_times(screens.results, clock.times, time.monotonic() - began)
    return EXIT_ALL_MATCHED if summary.all_confirmed(standing, files) else EXIT_SOMETHING_OPEN


def tell_standing(project_id: ProjectId, console: Console) -> tuple[StandingRow, ...]:
    """What is matched, suggested and open, and the first open items of each side with their nearest miss."""
    standing = query_bus.ask(GetStanding(project_id=project_id)).rows
    summary.show_standing(console, standing)
    for side in Side:
        page = query_bus.ask(ListOpenItems(project_id=project_id, side=side, limit=SHOWN, with_nearest=True))
        summary.show_open_items(console, side, page.items, summary.open_count(standing, side))
    return standing


def prepare(work: Reconciliation, console: Console) -> tuple[RuleSetDetail, Files]:
    """Everything up to the run: files read and imported, rules chosen, each guess shown with its evidence."""
    request = work.request
    files = work.bring_in()
    evidence.show_files(console, files)
    if request.save_mapping:
        write_document(request.save_mapping, {side.value: each.mapping for side, each in files.details.items()})
    files = work.commit(files)
    evidence.show_rejected(console, files)
    rules, proposal = work.choose_rules()
    evidence.show_rules(console, rules, proposal)
    if request.save_rules:
        write_document(request.save_rules, rules.document)
    return rules, files
