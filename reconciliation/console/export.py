"""`--out`: the result as four CSV files, one line for each record of a group and for each open item."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from projects.ids import ProjectId
from reconciliation.console import results
from reconciliation.console.spreadsheets import sheet
from reconciliation.ids import Side
from reconciliation.queries.list_results import ResultGroup, ResultLeg
from reconciliation.queries.result_records import ResultRecord

RECORD = ("id", "line", "booking_date", "value_date", "amount", "currency", "reference", "counterparty", "text")
GROUP = ("group", "pass", "score", "difference", "side", *RECORD)
FILES = {"confirmed": "matched.csv", "suggested": "suggested.csv"}

Row = Sequence[object]


def export(folder: Path, project_id: ProjectId, imports: frozenset[int]) -> None:
    """Write the files into the folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        sheets = {status: stack.enter_context(sheet(folder / name, GROUP)) for status, name in FILES.items()}
        for page in results.groups(project_id):
            for status, write in sheets.items():
                write(row for group in page if group.status == status for row in group_rows(group, imports))
    for side in Side:
        with sheet(folder / f"open_{side}.csv", RECORD) as write:
            for records in results.unmatched(project_id, side):
                write(record_row(record, imports) for record in records)


def group_rows(group: ResultGroup, imports: frozenset[int]) -> Iterator[Row]:
    """The group's records, left ones first, then what makes it balance."""
    head = (group.id, group.pass_name, group.score, group.difference)
    sides: tuple[tuple[Side, tuple[ResultLeg, ...]], ...] = ((Side.LEFT, group.left), (Side.RIGHT, group.right))
    for side, legs in sides:
        for leg in legs:
            yield (*head, side, *record_row(leg.record, imports))
    for line in group.adjustments:
        text = f"{line.kind}: {line.reason}" if line.reason else line.kind
        yield (*head, "adjustment", "", "", "", "", line.amount, group.currency, "", "", text)


def record_row(record: ResultRecord, imports: frozenset[int]) -> Row:
    return (
        results.identity(record, imports),
        record.line,
        record.booking_date,
        record.value_date,
        None if record.amount is None else f"{record.amount:f}",
        record.currency,
        record.reference,
        record.counterparty,
        record.text,
    )
