"""What becomes of a file whose import was requested: all of its records, or none and a reason."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

from cqrs import Clock, Lease, event_bus
from reconciliation.corrections.amending import Amendment, Overlap
from reconciliation.corrections.demanded import complaints_about
from reconciliation.corrections.families import AmendsNothingError
from reconciliation.corrections.known import committed
from reconciliation.events import FileImported, ImportCancelled, ImportFailed, ImportRequested
from reconciliation.formats import InvalidMappingError, Mapping, UnreadableFileError
from reconciliation.intake.prepare import Prepared, Workplace, prepare
from reconciliation.intake.sorting import Sorted
from reconciliation.models import (
    IdBlock,
    Import,
    ImportKind,
    ImportStatus,
    Record,
    RejectedLineRow,
    Source,
    SourceMapping,
)
from reconciliation.models.bulk import delete_range, load_all
from reconciliation.models.import_claim import ImportCancelledError, ImportClaim
from reconciliation.models.record_table import record_parts
from reconciliation.progress import ProgressListener
from reconciliation.storage import FileMissingError, Storage
from reconciliation.subscribers.watch import Watch

MAX_TRIES = 4


class SourceChangedError(Exception):
    """Another import into the source was committed meanwhile, or it begins on another day: what is new has to be found
    again.
    """


class NothingToImportError(Exception):
    """Why the import ends without records; the text says what to do."""


# What another attempt would run into just the same.
REFUSALS = (
    AmendsNothingError,
    FileMissingError,
    InvalidMappingError,
    NothingToImportError,
    UnreadableFileError,
)


# One file at a time per source, so that what is new is found against all that came before.
@ImportRequested.worker(
    key="reconciliation.read_file",
    long=True,
    order_by=lambda event: f"source:{event.source_id}",
    max_attempts=MAX_TRIES + 1,
)
def read_file(event: ImportRequested, lease: Lease, clock: Clock, storage: Storage, listener: ProgressListener) -> None:
    claim = ImportClaim.take(event.project_id, event.import_id)
    if claim is None:
        return
    found = Import.objects.select_related("source").get(pk=event.import_id)
    watch = Watch(claim, lease, listener)
    try:
        with claim.noting_errors():
            _import(event, found, claim, watch, lease=lease, clock=clock, storage=storage)
    except ImportCancelledError:
        _cancel(event, found, claim, lease)


def _import(
    event: ImportRequested,
    found: Import,
    claim: ImportClaim,
    watch: Watch,
    *,
    lease: Lease,
    clock: Clock,
    storage: Storage,
) -> None:
    _sweep(found, watch)
    earlier = committed(found.source_id)
    with ExitStack() as files:
        place = Workplace(*(files.enter_context(storage.new_file()) for _ in fields(Workplace)))
        try:
            _refuse(found, claim, earlier)
            amendment = Amendment(found, earlier, storage) if found.kind == ImportKind.AMENDMENT else None
            prepared = _prepared(found, amendment or Overlap(earlier, storage), storage, place, watch)
            found.quality = watch.during(lambda: prepared.quality(place.spool, clock.today()))
            _require_quality(found)
        except REFUSALS as error:
            with lease.acknowledging():
                _fail(event, found, claim, str(error))
            return
        columns = (
            prepared.columns() | {"quality": found.quality} | watch.during(lambda: _stored(prepared.lines, storage))
        )

    first = _load(found, prepared, storage.path(columns["snapshot_key"]), claim, watch)
    if amendment:
        amendment.stage(storage.path(columns["snapshot_key"]), first, claim)
    with lease.acknowledging():
        _check_unchanged(found, earlier)
        if amendment:
            amendment.publish(event)
        columns |= {"stages": watch.stages.times(), "cut_over_date": found.source.cut_over_date}
        claim.update(status=ImportStatus.COMMITTED, progress=100, error="", committed_at=clock.now(), **columns)
        claim.refuse_cancelled()
        SourceMapping.keep(found, clock.now())
        _tell_imported(event, found, columns)


def _sweep(found: Import, watch: Watch) -> None:
    """Remove what an attempt that was killed has left."""
    watch.report("sweep", 0)
    if found.first_record_id is not None:
        delete_range(Record, found.first_record_id, found.records, between=lambda _rows: watch.sign())


def _refuse(found: Import, claim: ImportClaim, earlier: Sequence[Import]) -> None:
    if claim.tries > MAX_TRIES:
        cause = found.error or "the worker was stopped each time"
        raise NothingToImportError(f"It was tried {MAX_TRIES} times and did not end: {cause}. Ask whoever runs this.")
    if any(other.sha256 == found.sha256 for other in earlier):
        raise NothingToImportError("The source has exactly this file already. Discard the import.")


def _require_quality(found: Import) -> None:
    blocking = [complaint.text for complaint in complaints_about(found) if complaint.blocks]
    if blocking:
        why = f"The project does not take such a file: {' '.join(blocking)}"
        raise NothingToImportError(f"{why} Have the file corrected, or the quality rules changed.")


def _prepared(found: Import, known: Overlap | Amendment, storage: Storage, place: Workplace, watch: Watch) -> Prepared:
    mapping = Mapping.from_document(found.mapping)
    original = storage.path(found.original_key)
    cut_over = None if found.kind == ImportKind.OPENING else found.source.cut_over_date
    return watch.during(
        lambda: prepare(
            original, found.file_name, mapping, known.known, place=place, report=watch.report, cut_over=cut_over
        )
    )


def _stored(lines: Sorted, storage: Storage) -> dict[str, str]:
    """By the names of the import's columns."""
    paths = {"snapshot_key": lines.snapshot, "duplicates_key": lines.duplicates}
    return {name: storage.adopt(path).key if path else "" for name, path in paths.items()}


def _load(found: Import, prepared: Prepared, snapshot: Path, claim: ImportClaim, watch: Watch) -> int:
    """The records, in chunks, under an import that nobody sees yet; answers the first one's id."""
    watch.report("load", 0)
    RejectedLineRow.replace(found, prepared.rejected_lines(), between=lambda _rows: watch.sign())
    count = prepared.lines.count
    first = IdBlock.reserve(IdBlock.RECORDS, count)
    claim.update(first_record_id=first, records=count)

    def between(done: int) -> None:
        watch.report("load", done / count if count else 1)
        watch.sign()

    load_all(record_parts(snapshot, found, first), between=between, guard=lambda _done: claim.hold())
    return first


def _check_unchanged(found: Import, earlier: Sequence[Import]) -> None:
    source = Source.objects.select_for_update().get(pk=found.source_id)
    same = {other.pk for other in committed(found.source_id)} == {other.pk for other in earlier}
    if not same or source.cut_over_date != found.source.cut_over_date:
        raise SourceChangedError(found.source.name)


def _tell_imported(event: ImportRequested, found: Import, counts: dict[str, int]) -> None:
    event_bus.publish(
        FileImported(
            project_id=event.project_id,
            source_id=event.source_id,
            import_id=event.import_id,
            file_name=found.file_name,
            records=counts["records"],
            duplicates=counts["duplicates"],
            rejected=counts["rejected"],
        )
    )


def _fail(event: ImportRequested, found: Import, claim: ImportClaim, reason: str) -> None:
    claim.update(status=ImportStatus.FAILED, error=reason, records=0, first_record_id=None)
    event_bus.publish(
        ImportFailed(
            project_id=event.project_id,
            source_id=event.source_id,
            import_id=event.import_id,
            file_name=found.file_name,
            reason=reason,
        )
    )


def _cancel(event: ImportRequested, found: Import, claim: ImportClaim, lease: Lease) -> None:
    """Remove what was written, then say so; the file stays, and may be committed again."""
    found.refresh_from_db(fields=["first_record_id", "records"])
    if found.first_record_id is not None:
        delete_range(Record, found.first_record_id, found.records, between=lambda _rows: lease.heartbeat())
    RejectedLineRow.replace(found, ())
    with lease.acknowledging():
        claim.update(status=ImportStatus.CANCELLED, error="", records=0, rejected=0, first_record_id=None)
        event_bus.publish(
            ImportCancelled(
                project_id=event.project_id,
                source_id=event.source_id,
                import_id=event.import_id,
                file_name=found.file_name,
            )
        )
