from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, Max, Min, OuterRef, QuerySet

from cqrs import Clock, Page, Query
from cqrs.keyset import page_of
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import GroupId, Side
from reconciliation.models import Import, ImportStatus, MatchLeg, Record
from reconciliation.models.parts import open_amount, parts_of
from reconciliation.queries.nearest import NearMissRow, nearest_rows
from reconciliation.queries.record_search import naming
from reconciliation.queries.rows import RecordRow, record_row
from reconciliation.storage import Storage

__all__ = ["ListOpenItems", "NearMissRow", "OpenItem"]


@dataclass(frozen=True, kw_only=True)
class OpenItem:
    """`amount` is what is open of the record: all of it, unless the groups in `partly_in` use a part."""

    record: RecordRow
    amount: Decimal | None
    partly_in: tuple[GroupId, ...] = ()
    nearest: NearMissRow | None = None


class ListOpenItems(Query[Page[OpenItem]], requires=project_role(Role.VIEWER)):
    """A side's records that are in no group, or of which groups leave a part, in the order of their import.

    `with_nearest` adds what each item of the page would match with if one rule were a little wider.
    """

    project_id: ProjectId
    side: Side
    search: str = ""
    currency: str = ""
    after: str | None = None
    limit: int = 50
    with_nearest: bool = False


@ListOpenItems.handler
def list_open_items(query: ListOpenItems, clock: Clock, storage: Storage) -> Page[OpenItem]:
    records = open_records(query.project_id, query.side)
    if query.currency:
        records = records.filter(currency=query.currency)
    if query.search.strip():
        records = records.filter(naming(query.search))

    page = page_of(records, order=("id",), after=query.after, limit=query.limit, shape=lambda record: record)
    today, side = clock.now().date(), Side(query.side)
    parts = parts_of(query.project_id, [record.id for record in page.items])
    nearest = nearest_rows(query.project_id, side, page.items, storage, today) if query.with_nearest else {}
    return Page(
        items=tuple(
            OpenItem(
                record=record_row(record, side, today),
                amount=open_amount(record, parts.get(record.id, ())),
                partly_in=tuple(part.group_id for part in parts.get(record.id, ())),
                nearest=nearest.get(record.id),
            )
            for record in page.items
        ),
        next=page.next,
        previous=page.previous,
    )


def open_records(project_id: ProjectId, side: Side) -> QuerySet[Record]:
    """The anti-join, with one partial index for each kind of leg; it walks the block of the side's ids only."""
    imports = Import.objects.filter(project_id=project_id, status=ImportStatus.COMMITTED, source__side=side)
    block = imports.aggregate(first=Min("first_record_id"), end=Max(F("first_record_id") + F("records")))
    legs = MatchLeg.objects.of_project(project_id).filter(record_id=OuterRef("id"))
    return Record.objects.standing(project_id).filter(
        ~Exists(legs.filter(confirmed=True, closes=True)),
        ~Exists(legs.filter(confirmed=False)),
        project_id=project_id,
        import_id__in=imports.values("id"),
        id__gte=block["first"] or 0,
        id__lt=block["end"] or 0,
    )
