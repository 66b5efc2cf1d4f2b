"""Brings the two files in: upload, mapping, questions, commit. Nothing is committed while a question is open."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cqrs import command_bus, query_bus
from projects.ids import ProjectId
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.cancel_import import CancelImport, ImportNotUnderwayError
from reconciliation.commands.change_mapping import ChangeMapping
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.discard_import import DiscardImport
from reconciliation.commands.upload_file import FileAlreadyImportedError, FileNotUnderstoodError, UploadFile
from reconciliation.console.command import RefusedError
from reconciliation.console.deliveries import deliver_until
from reconciliation.console.questions import unanswered
from reconciliation.formats import InvalidMappingError, Mapping
from reconciliation.ids import ImportId, Side, SourceId
from reconciliation.queries.get_import import GetImport, ImportDetail
from reconciliation.queries.list_sources import ListSources
from reconciliation.receiving import receive

FINAL = {"committed", "failed", "cancelled", "discarded"}


@dataclass(frozen=True)
class Arrival:
    """A file that belongs to a source: as an import that waits for its commit, or as one of before."""

    side: Side
    path: Path
    source_id: SourceId
    import_id: ImportId | None


def upload(project_id: ProjectId, side: Side, path: Path, answers: dict[str, Any] | None) -> Arrival:
    """Store the file's bytes and have its mapping proposed; bytes that the source already holds add nothing."""
    source_id = _source(project_id, side, path)
    return Arrival(side, path, source_id, propose(project_id, source_id, path, answers))


def propose(project_id: ProjectId, source_id: SourceId, path: Path, answers: dict[str, Any] | None) -> ImportId | None:
    """The import that waits for its commit; nothing where the source already holds these bytes."""
    with path.open("rb") as stream:
        stored = receive(stream, path.name)
    try:
        import_id = command_bus.dispatch(
            UploadFile(project_id=project_id, source_id=source_id, file_name=path.name, sha256=stored.sha256)
        )
    except FileAlreadyImportedError:
        return None
    except FileNotUnderstoodError as error:
        raise RefusedError(str(error)) from error
    if answers:
        _answer(project_id, import_id, path, answers)
    return import_id


def detail(project_id: ProjectId, import_id: ImportId) -> ImportDetail:
    return query_bus.ask(GetImport(project_id=project_id, import_id=import_id))


def _answer(project_id: ProjectId, import_id: ImportId, path: Path, answers: dict[str, Any]) -> None:
    """Lay the answers over the proposed mapping; what they do not say stays as proposed."""
    try:
        mapping = Mapping.from_document(detail(project_id, import_id).mapping).with_answers(answers)
    except InvalidMappingError as error:
        raise RefusedError(f"--mapping, for {path.name}: {error}") from error
    document = mapping.to_document()
    command_bus.dispatch(ChangeMapping(project_id=project_id, import_id=import_id, mapping=document))


def refuse_open_questions(project_id: ProjectId, details: dict[Side, ImportDetail]) -> None:
    """End with the questions of both files at once; the uploads are discarded, so that nothing half-done stays."""
    if not any(each.questions for each in details.values()):
        return
    for each in details.values():
        command_bus.dispatch(DiscardImport(project_id=project_id, import_id=each.row.id))
    raise RefusedError(unanswered(details))


def commit(project_id: ProjectId, arrival: Arrival) -> None:
    """Import the records and wait until they are there."""
    if arrival.import_id is not None:
        commit_import(project_id, arrival.import_id, arrival.path)


def commit_import(project_id: ProjectId, import_id: ImportId, path: Path) -> ImportDetail:
    """Wait until the records are there; whoever stops waiting has the import cancelled."""
    command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
    try:
        deliver_until(lambda: detail(project_id, import_id).row.status in FINAL)
    except KeyboardInterrupt:
        with suppress(ImportNotUnderwayError):  # it ended in the same moment
            command_bus.dispatch(CancelImport(project_id=project_id, import_id=import_id))
        raise
    done = detail(project_id, import_id)
    if done.row.status != "committed":
        raise RefusedError(f"{path}: {done.row.error or f'the import was {done.row.status}'}")
    return done


def _source(project_id: ProjectId, side: Side, path: Path) -> SourceId:
    """The project's only source on that side; a new one, named after the file, where there is none."""
    sources = [row for row in query_bus.ask(ListSources(project_id=project_id)) if row.side == side]
    if len(sources) > 1:
        names = ", ".join(row.name for row in sources)
        raise RefusedError(
            f"The project has several sources on the {side} ({names}). Upload {path.name} in the browser."
        )
    if sources:
        return sources[0].id
    return command_bus.dispatch(AddSource(project_id=project_id, side=side, name=f"{path.stem} ({side})"))
