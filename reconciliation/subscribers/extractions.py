"""Asks the database that a person wants rows of; the rows become a file, and the file an import."""

from django.db import transaction

from cqrs import Actor, Clock, DomainError, Lease, acting_as, command_bus, event_bus
from reconciliation.commands.upload_file import FileAlreadyImportedError, UploadFile
from reconciliation.events import ExtractionCompleted, ExtractionFailed, ExtractionRequested
from reconciliation.extracting import DatabaseAddress, Databases
from reconciliation.ids import ImportId
from reconciliation.models import DatabaseConnection, Extraction, ExtractionStatus
from reconciliation.receiving import Gate
from reconciliation.sealing import Sealer
from reconciliation.storage import Storage, StoredFile

MAX_ATTEMPTS = 3
FORGOTTEN = "The connection's password was destroyed before the query began."


@ExtractionRequested.worker(key="reconciliation.extract", long=True, max_attempts=MAX_ATTEMPTS)
def extract(
    event: ExtractionRequested,
    *,
    lease: Lease,
    clock: Clock,
    storage: Storage,
    databases: Databases,
    sealer: Sealer,
    gate: Gate,
) -> None:
    wanted = Extraction.objects.select_related("connection").filter(pk=event.extraction_id)
    extraction = wanted.filter(status=ExtractionStatus.QUEUED).first()
    if extraction is None:
        return
    try:
        password = _password(extraction.connection, sealer)
        stored, rows = _extracted(extraction, password, lease=lease, storage=storage, databases=databases, gate=gate)
        with lease.acknowledging():
            import_id = _upload(event, extraction, stored)
            _end(extraction, clock, status=ExtractionStatus.DONE, rows=rows, import_id=import_id)
            _tell_completed(event, import_id, rows)
    except DomainError as error:
        with lease.acknowledging():
            _end(extraction, clock, status=ExtractionStatus.FAILED, error=str(error))
            _tell_failed(event, str(error))


def _password(connection: DatabaseConnection, sealer: Sealer) -> str:
    if connection.forgotten_at is not None:
        raise DomainError(FORGOTTEN)
    return sealer.open(connection.sealed_password)


def _extracted(
    extraction: Extraction, password: str, *, lease: Lease, storage: Storage, databases: Databases, gate: Gate
) -> tuple[StoredFile, int]:
    address = DatabaseAddress.parse(extraction.connection.address)
    with storage.new_file() as path:

        def between(_rows: int) -> None:
            lease.heartbeat()

        rows = databases.extract(address, password, extraction.statement, path, between)
        gate.refuse_size(path.stat().st_size, extraction.connection.name)
        return storage.adopt(path), rows


def _upload(event: ExtractionRequested, extraction: Extraction, stored: StoredFile) -> ImportId | None:
    """In the name of whoever asked for it, and only if that person still may; nothing where the source has it all."""
    upload = UploadFile(
        project_id=event.project_id,
        source_id=event.source_id,
        file_name=f"{extraction.connection.name}, {extraction.created_at:%Y-%m-%d %H:%M}.parquet",
        sha256=stored.sha256,
    )
    person = Actor("user", extraction.requested_by, extraction.requested_by_name)
    asked = person if extraction.requested_by is not None else Actor.system(extraction.requested_by_name)
    with acting_as(asked):
        try:
            with transaction.atomic():
                return command_bus.dispatch(upload)
        except FileAlreadyImportedError:
            return None


def _end(extraction: Extraction, clock: Clock, **columns: object) -> None:
    Extraction.objects.filter(pk=extraction.pk).update(ended_at=clock.now(), **columns)


def _tell_completed(event: ExtractionRequested, import_id: ImportId | None, rows: int) -> None:
    event_bus.publish(
        ExtractionCompleted(
            project_id=event.project_id,
            source_id=event.source_id,
            extraction_id=event.extraction_id,
            import_id=import_id,
            rows=rows,
        )
    )


def _tell_failed(event: ExtractionRequested, reason: str) -> None:
    event_bus.publish(
        ExtractionFailed(
            project_id=event.project_id, source_id=event.source_id, extraction_id=event.extraction_id, reason=reason
        )
    )
