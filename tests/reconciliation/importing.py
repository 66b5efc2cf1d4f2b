"""Files into a source, by the commands that the doors dispatch."""

import io
from typing import Any

from cqrs import command_bus, query_bus, services
from cqrs.testing import drain
from projects.ids import ProjectId
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.commit_import import CommitImport
from reconciliation.commands.upload_file import UploadFile
from reconciliation.ids import ImportId, Side, SourceId
from reconciliation.models import Record
from reconciliation.queries.get_import import GetImport, ImportDetail
from reconciliation.storage import Storage

HEADER = "Booking date;Amount;Currency;Reference;Text\n"
COFFEE = "2026-11-03;-3.00;EUR;;Coffee\n"
RENT = "2026-11-01;-850.00;EUR;R-11;Rent November\n"
SALARY = "2026-11-27;2400.50;EUR;S-11;Salary\n"
MONTH = HEADER + RENT + COFFEE + COFFEE + SALARY


def add_source(project_id: ProjectId, name: str = "Bank", side: Side = Side.LEFT, **more: Any) -> SourceId:
    return command_bus.dispatch(AddSource(project_id=project_id, side=side, name=name, **more))


def upload(project_id: ProjectId, source_id: SourceId, content: str, file_name: str = "bank.csv") -> ImportId:
    stored = services.get(Storage).put(io.BytesIO(content.encode()))
    return command_bus.dispatch(
        UploadFile(project_id=project_id, source_id=source_id, file_name=file_name, sha256=stored.sha256)
    )


def commit(project_id: ProjectId, import_id: ImportId) -> ImportDetail:
    command_bus.dispatch(CommitImport(project_id=project_id, import_id=import_id))
    drain()
    return look_at(project_id, import_id)


def bring_in(project_id: ProjectId, source_id: SourceId, content: str, file_name: str = "bank.csv") -> ImportDetail:
    """Uploaded, committed and delivered."""
    return commit(project_id, upload(project_id, source_id, content, file_name))


def look_at(project_id: ProjectId, import_id: ImportId) -> ImportDetail:
    return query_bus.ask(GetImport(project_id=project_id, import_id=import_id))


def texts(project_id: ProjectId) -> list[str]:
    """Of all records that anybody can see."""
    return sorted(record.text or "" for record in Record.objects.published(project_id))
