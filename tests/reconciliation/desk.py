"""A project at work, for tests that start behind the import: records are brought in as committed imports."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from cqrs import command_bus, event_bus, query_bus, services
from cqrs.testing import drain, writing_anyway
from projects.access import Role
from projects.commands.add_member import AddMember
from projects.ids import ProjectId
from reconciliation.commands.add_source import AddSource
from reconciliation.commands.match_by_hand import MatchByHand
from reconciliation.commands.publish_rule_set import PublishRuleSet
from reconciliation.commands.start_run import StartRun
from reconciliation.decisions.balance import AdjustmentLine
from reconciliation.engine import with_keys
from reconciliation.events import FileImported
from reconciliation.ids import GroupId, ImportId, RecordId, RunId, Side, SourceId
from reconciliation.intake.snapshot import write_snapshot
from reconciliation.models import IdBlock, Import, ImportStatus, Record, Run
from reconciliation.queries.get_run import GetRun
from reconciliation.queries.get_standing import GetStanding, Standing
from reconciliation.queries.group_rows import GroupRow
from reconciliation.queries.list_groups import ListGroups
from reconciliation.queries.list_open_items import ListOpenItems, OpenItem
from reconciliation.queries.run_rows import RunRow
from reconciliation.storage import Storage
from tests.factories import UserFactory
from tests.reconciliation.lines import lines

DAY = date(2026, 3, 2)
BY_REFERENCE: dict[str, Any] = {
    "name": "By reference",
    "passes": [
        {
            "name": "Reference and amount",
            "cardinality": "1:1",
            "rules": [
                {"type": "SameReference"},
                {"type": "SameAmount"},
                {"type": "DatesWithin", "before": 3, "after": 3},
            ],
        },
        {
            "name": "Amount alone",
            "cardinality": "1:1",
            "rules": [{"type": "SameAmount"}, {"type": "DatesWithin", "before": 9, "after": 9}],
            "decide": {"confirm_at": 100, "suggest_at": 0},
        },
        {
            "name": "Nearly the amount",
            "cardinality": "1:1",
            "rules": [{"type": "SameReference"}, {"type": "AmountWithin", "absolute": "5.00"}],
            "decide": {"confirm_at": 100, "suggest_at": 0},
        },
    ],
}


# One pass suggests a pair by its amount alone when the dates differ, another by its reference alone when the amounts
# differ by up to 5.00: a suggestion that balances, and one that does not.
LATER = {"booking_date": date(2026, 3, 4), "value_date": date(2026, 3, 4)}
SAME_AMOUNT = ({"amount": 1000}, {"amount": 1000} | LATER)
ONE_SHORT = ({"amount": 900, "reference": "INV-7"}, {"amount": 1000, "reference": "INV-7"})


class Desk:
    """One project with a source on each side; whoever acts in the test works at it."""

    def __init__(self, project_id: ProjectId) -> None:
        self.project_id = project_id
        self.sources: dict[Side, SourceId] = {}
        for side in Side:
            self.add_source(side)

    def add_source(self, side: Side) -> None:
        """Records that come in from here on are of this source."""
        command = AddSource(project_id=self.project_id, side=side, name=f"The {side} {uuid4()}")
        self.sources[side] = command_bus.dispatch(command)

    @writing_anyway()  # records of an import without a file
    def bring(self, side: Side, *rows: dict[str, Any]) -> list[RecordId]:
        """A committed import of these records; what a row leaves out is 0.00 EUR on the desk's day."""
        table = with_keys(lines(*({"booking_date": DAY, "value_date": DAY} | row for row in rows)))
        first = IdBlock.reserve(IdBlock.RECORDS, len(rows))
        brought = self._import(side, table, first)
        columns = {field.name for field in Record._meta.concrete_fields}
        Record.objects.bulk_create(
            Record(
                **{name: value for name, value in row.items() if name in columns},
                id=first + position,
                project_id=self.project_id,
                source_id=self.sources[side],
                import_id=brought.pk,
                fingerprint=uuid4(),
                occurrence=1,
            )
            for position, row in enumerate(table.to_pylist())
        )
        self._tell(brought)
        return [RecordId(first + position) for position in range(len(rows))]

    @transaction.atomic
    def _tell(self, brought: Import) -> None:
        event_bus.publish(
            FileImported(
                project_id=self.project_id,
                source_id=SourceId(brought.source_id),
                import_id=ImportId(brought.pk),
                file_name=brought.file_name,
                records=brought.records,
                duplicates=0,
                rejected=0,
            )
        )

    def _import(self, side: Side, table: Any, first: int) -> Import:
        storage = services.get(Storage)
        with storage.new_file() as path:
            write_snapshot(table, path)
            key = storage.adopt(path).key
        return Import.objects.create(
            project_id=self.project_id,
            source_id=self.sources[side],
            status=ImportStatus.COMMITTED,
            file_name="lines.csv",
            sha256=uuid4().hex * 2,
            size=1,
            snapshot_key=key,
            records=table.num_rows,
            first_record_id=first,
            created_at=datetime.now(UTC),
        )

    def publish_rules(self, document: dict[str, Any] | None = None) -> None:
        command_bus.dispatch(
            PublishRuleSet(project_id=self.project_id, name="Rules", document=document or BY_REFERENCE)
        )

    def start(self, cut_off: date | None = None) -> RunId:
        return command_bus.dispatch(StartRun(project_id=self.project_id, cut_off=cut_off))

    def run(self, cut_off: date | None = None) -> RunRow:
        """Start a run and let the workers finish it."""
        run_id = self.start(cut_off)
        drain()
        return self.run_row(run_id)

    def run_row(self, run_id: RunId) -> RunRow:
        return query_bus.ask(GetRun(project_id=self.project_id, run_id=run_id))

    def match(self, left: Sequence[RecordId], right: Sequence[RecordId], **options: Any) -> GroupId:
        return command_bus.dispatch(
            MatchByHand(project_id=self.project_id, left=tuple(left), right=tuple(right), **options)
        )

    def groups(self, status: str | None = None) -> tuple[GroupRow, ...]:
        return query_bus.ask(ListGroups(project_id=self.project_id, status=status, limit=500)).items

    def open_items(self, side: Side) -> tuple[OpenItem, ...]:
        return query_bus.ask(ListOpenItems(project_id=self.project_id, side=side, limit=500)).items

    def open_ids(self, side: Side) -> list[RecordId]:
        return [item.record.id for item in self.open_items(side)]

    def fee(self, amount: str) -> AdjustmentLine:
        return AdjustmentLine(kind="fee", amount=Decimal(amount), reason="Card fee")

    def add_member(self, username: str, role: Role) -> None:
        UserFactory.create(username=username)
        command_bus.dispatch(AddMember(project_id=self.project_id, username=username, role=role))

    @writing_anyway()
    def force_import_status(self, side: Side, status: ImportStatus) -> None:
        """As if the side's imports stood there."""
        Import.objects.filter(source_id=self.sources[side]).update(status=status)

    @writing_anyway()
    def force_run_status(self, status: str) -> None:
        """As if the newest run stood there: a moment that a test cannot stop at."""
        newest = Run.objects.filter(project_id=self.project_id).latest("id")
        Run.objects.filter(pk=newest.pk).update(status=status)

    def suggest(self, left: dict[str, Any], right: dict[str, Any]) -> GroupRow:
        """Bring these two in and run: the one suggestion that comes of it."""
        self.bring(Side.LEFT, left)
        self.bring(Side.RIGHT, right)
        self.publish_rules()
        self.run()
        [group] = self.groups("suggested")
        return group

    def standing(self) -> Standing:
        return query_bus.ask(GetStanding(project_id=self.project_id))


def pairs_of(groups: Sequence[GroupRow]) -> set[tuple[frozenset[RecordId], frozenset[RecordId]]]:
    return {
        (frozenset(leg.record.id for leg in group.left), frozenset(leg.record.id for leg in group.right))
        for group in groups
    }
