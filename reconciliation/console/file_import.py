"""`manage.py import`: files into one source, each told about as a person or a script needs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from rich.console import Console

from cqrs import command_bus, query_bus
from projects.ids import ProjectId
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.console.accounting import accounting_table
from reconciliation.console.command import RefusedError
from reconciliation.console.evidence import show_reading, show_rejected_lines
from reconciliation.console.importing import commit_import, detail, propose
from reconciliation.console.questions import questions_of
from reconciliation.console.screen import plain
from reconciliation.ids import ImportId, Side, SourceId
from reconciliation.queries.get_import import ImportDetail
from reconciliation.queries.list_sources import ListSources

KNOWN, PROPOSED, UNANSWERED, COMMITTED, REFUSED = "known", "proposed", "unanswered", "committed", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of one file; `detail` is missing where the source has its bytes already, or it was refused."""

    path: Path
    status: str
    detail: ImportDetail | None = None
    error: str = ""

    def document(self) -> dict[str, Any]:
        if self.detail is None:
            return {"file": str(self.path), "status": self.status, "error": self.error}
        found = self.detail
        return {
            "file": str(self.path),
            "status": self.status,
            "import": found.row.id if self.status == COMMITTED else None,
            "sha256": found.sha256,
            "format": found.row.format,
            "records": found.row.records,
            "duplicates": found.row.duplicates,
            "rejected": found.rejected_total,
            "accounting": [
                {"category": row.category, "lines": row.lines, "amounts": _texts(row.amounts)}
                for row in found.accounting
            ],
            "questions": [
                {"decision": question.decision, "text": question.text, "choices": list(question.choices)}
                for question in found.questions
            ],
            "warnings": list(found.warnings),
            "mapping": found.mapping,
        }


@dataclass(frozen=True)
class FileImport:
    """The source, the answers about its files, and whether they are imported or only looked at."""

    project_id: ProjectId
    source_id: SourceId
    answers: dict[str, Any]
    dry_run: bool

    def bring(self, path: Path) -> Outcome:
        """Import one file. With questions open nothing is imported, and nothing stays."""
        if self.dry_run:
            with transaction.atomic():
                outcome = self._propose(path)
                transaction.set_rollback(True)
            return outcome
        outcome = self._propose(path)
        if outcome.detail is None:
            return outcome
        import_id = outcome.detail.row.id
        if outcome.status == UNANSWERED:
            reason = "Its questions were not answered on the command line."
            command_bus.dispatch(DiscardImport(project_id=self.project_id, import_id=import_id, reason=reason))
            return outcome
        return Outcome(path, COMMITTED, commit_import(self.project_id, import_id, path))

    def _propose(self, path: Path) -> Outcome:
        import_id: ImportId | None = propose(self.project_id, self.source_id, path, self.answers)
        if import_id is None:
            return Outcome(path, KNOWN)
        found = detail(self.project_id, import_id)
        return Outcome(path, UNANSWERED if found.questions else PROPOSED, found)


def source_named(project_id: ProjectId, name: str, side: Side | None) -> SourceId:
    """The project's source of this name; a new one where there is none and a side is given."""
    sources = query_bus.ask(ListSources(project_id=project_id))
    for source in sources:
        if source.name == name:
            return source.id
    if side is not None:
        return command_bus.dispatch(AddSource(project_id=project_id, side=side, name=name))
    names = ", ".join(source.name for source in sources) or "none yet"
    raise RefusedError(f"There is no source {name} (there is: {names}). Give --side left or right to add it.")


def show(console: Console, outcome: Outcome) -> None:
    found = outcome.detail
    if outcome.status == REFUSED:
        console.print(plain(f"{outcome.path}: refused. {outcome.error}"), style="red")
        return
    if found is None:
        console.print(plain(f"{outcome.path}: the source has exactly this file already. Nothing is added."))
        return
    if outcome.status != COMMITTED:
        show_reading(console, found)
    console.print(accounting_table(f"{outcome.path.name}: every line of the file", found.accounting))
    show_rejected_lines(console, found)
    if outcome.status == UNANSWERED:
        console.print(plain("\n".join(questions_of(found, outcome.path))), style="yellow")
    else:
        told = "imported" if outcome.status == COMMITTED else "would be imported (without those the source has)"
        console.print(plain(f"{outcome.path}: {found.row.records:,} records {told}."))


def _texts(amounts: Mapping[str, Any]) -> dict[str, str]:
    return {currency: f"{amount:f}" for currency, amount in amounts.items()}
