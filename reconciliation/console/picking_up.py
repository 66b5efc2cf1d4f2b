"""`manage.py pick-up`: looks into folders, waits until what is there has settled, and tells."""

import time
from datetime import datetime

from rich.console import Console

from cqrs import Clock, command_bus, query_bus, services
from projects.ids import ProjectId
from reconciliation.commands.look_for_files import LookForFiles
from reconciliation.console.command import RefusedError
from reconciliation.console.deliveries import deliver_until
from reconciliation.console.screen import plain, table
from reconciliation.ids import SourceId
from reconciliation.queries.list_pick_ups import ListPickUps, PickUpRow
from reconciliation.queries.list_picked_files import ListPickedFiles, PickedFileRow

UNSETTLED = {"settling", "queued"}
OF_A_PERSON = {"waiting", "refused"}


def pick_ups(project_id: ProjectId, source: str | None) -> list[PickUpRow]:
    found = [row for row in query_bus.ask(ListPickUps(project_id=project_id)) if row.enabled]
    if source is not None:
        found = [row for row in found if row.source_name == source]
    if not found:
        whose = f"the source {source}" if source else "this project"
        raise RefusedError(f"Nothing is picked up for {whose}. Set it on the project's page of pick-ups.")
    return found


def look(project_id: ProjectId, pick_up: PickUpRow, settle_seconds: int) -> tuple[PickedFileRow, ...]:
    """Twice, with a pause, so that what has stopped changing is imported. What is still written waits for the next."""
    _look_once(project_id, pick_up)
    if any(file.status in UNSETTLED for file in files_of(project_id, pick_up.source_id)):
        time.sleep(settle_seconds)
        _look_once(project_id, pick_up)
        deliver_until(lambda: not any(f.status == "queued" for f in files_of(project_id, pick_up.source_id)))
    return files_of(project_id, pick_up.source_id)


def files_of(project_id: ProjectId, source_id: SourceId) -> tuple[PickedFileRow, ...]:
    return query_bus.ask(ListPickedFiles(project_id=project_id, source_id=source_id)).items


def _look_once(project_id: ProjectId, pick_up: PickUpRow) -> None:
    began = services.get(Clock).now()
    command_bus.dispatch(LookForFiles(project_id=project_id, source_id=pick_up.source_id))
    deliver_until(lambda: _has_looked(project_id, pick_up, began))
    if error := _state(project_id, pick_up).error:
        raise RefusedError(error)


def _has_looked(project_id: ProjectId, pick_up: PickUpRow, began: datetime) -> bool:
    now = _state(project_id, pick_up)
    return bool(now.error) or (now.looked_at is not None and now.looked_at >= began)


def _state(project_id: ProjectId, pick_up: PickUpRow) -> PickUpRow:
    return next(row for row in query_bus.ask(ListPickUps(project_id=project_id)) if row.source_id == pick_up.source_id)


def show(console: Console, pick_up: PickUpRow, files: tuple[PickedFileRow, ...]) -> None:
    drawn = table(f"{pick_up.source_name}: {pick_up.url}/{pick_up.pattern}", "File", "Status", "Why")
    for file in files:
        drawn.add_row(plain(file.name), plain(file.status), plain(file.error))
    console.print(drawn)
