import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cqrs import Actor, Clock, Command, ConflictError, InvalidMessageError, event_bus
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.events import FileUploaded, ImportRequested
from reconciliation.formats import Column, Mapping
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import Import, ImportKind, ImportStatus, Source
from reconciliation.storage import Storage

HEADERS = ("Booking date", "Amount", "Currency", "Reference", "Counterparty", "Text")
FIELDS = ("booking_date", "amount", "currency", "reference", "counterparty", "text")
FILE_NAME = "opening items.csv"


class NoCutOverError(ConflictError):
    """The source has no cut-over date yet. Set it first: opening items are what was open then."""


@dataclass(frozen=True, kw_only=True)
class OpeningItem:
    """A line from before the cut-over that was still open."""

    booking_date: date
    amount: Decimal
    currency: str
    reference: str = ""
    counterparty: str = ""
    text: str = ""


class EnterOpeningItems(Command[ImportId], requires=project_role(Role.PREPARER)):
    """Bring in what was open at a source's cut-over, typed line by line: an import as of a file of these lines."""

    project_id: ProjectId
    source_id: SourceId
    items: tuple[OpeningItem, ...]

    def validate(self) -> Iterator[tuple[str, str]]:
        if not self.items:
            yield "items", "Name at least one item."
        for number, item in enumerate(self.items):
            if not item.amount.is_finite():
                yield f"items[{number}].amount", f"{item.amount} is no amount."


@EnterOpeningItems.handler
def enter_opening_items(command: EnterOpeningItems, actor: Actor, clock: Clock, storage: Storage) -> ImportId:
    source = Source.in_project(command.project_id, command.source_id)
    _require_before(source, command.items)
    stored = storage.put(io.BytesIO(_written(command.items).encode()))
    mapping = _mapping()
    opening = Import.objects.create(
        project_id=command.project_id,
        source=source,
        kind=ImportKind.OPENING,
        status=ImportStatus.QUEUED,
        file_name=FILE_NAME,
        sha256=stored.sha256,
        size=stored.size,
        original_key=stored.key,
        format=mapping.format,
        encoding=mapping.encoding,
        mapping=mapping.to_document(),
        header=list(HEADERS),
        uploaded_by=actor.user_id,
        uploaded_by_name=actor.name,
        created_at=clock.now(),
    )
    import_id = ImportId(opening.pk)
    _tell(command, import_id, stored.sha256)
    return import_id


def _tell(command: EnterOpeningItems, import_id: ImportId, sha256: str) -> None:
    event_bus.publish(
        FileUploaded(
            project_id=command.project_id,
            source_id=command.source_id,
            import_id=import_id,
            file_name=FILE_NAME,
            sha256=sha256,
        )
    )
    event_bus.publish(ImportRequested(project_id=command.project_id, source_id=command.source_id, import_id=import_id))


def _require_before(source: Source, items: tuple[OpeningItem, ...]) -> None:
    if source.cut_over_date is None:
        raise NoCutOverError(source.name)
    late = {
        f"items[{number}].booking_date": [f"{item.booking_date} is not before the cut-over, {source.cut_over_date}."]
        for number, item in enumerate(items)
        if item.booking_date >= source.cut_over_date
    }
    if late:
        raise InvalidMessageError(fields=late)


def _written(items: tuple[OpeningItem, ...]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEADERS)
    for item in items:
        day, amount = item.booking_date.isoformat(), f"{item.amount:f}"
        writer.writerow((day, amount, item.currency, item.reference, item.counterparty, item.text))
    return written.getvalue()


def _mapping() -> Mapping:
    columns = {name: Column(column=place, header=HEADERS[place]) for place, name in enumerate(FIELDS)}
    return Mapping(format="csv", columns=len(HEADERS), headers=HEADERS, fields=columns)
