"""The result in full, page by page, so that a million groups take no more memory than a thousand."""

from collections.abc import Iterator

from cqrs import query_bus
from projects.ids import ProjectId
from reconciliation.ids import Side
from reconciliation.queries.list_results import ListResults, ResultGroup
from reconciliation.queries.list_unmatched import ListUnmatched
from reconciliation.queries.result_records import ResultRecord

PAGE = 5_000


def groups(project_id: ProjectId) -> Iterator[tuple[ResultGroup, ...]]:
    """All groups of the project, confirmed and suggested, in the order of their ids."""
    after = None
    while True:
        page = query_bus.ask(ListResults(project_id=project_id, after=after, limit=PAGE))
        yield page.items
        if (after := page.next) is None:
            return


def unmatched(project_id: ProjectId, side: Side) -> Iterator[tuple[ResultRecord, ...]]:
    """All records of a side that are in no group, in the order in which they were imported."""
    after = None
    while True:
        page = query_bus.ask(ListUnmatched(project_id=project_id, side=side, after=after, limit=PAGE))
        yield page.items
        if (after := page.next) is None:
            return


def identity(record: ResultRecord, imports: frozenset[int]) -> str:
    """The value of the mapped id column, else `row:N`; of a file that is not one of `imports`, its import besides."""
    if record.key is not None:
        return record.key
    return f"row:{record.row}" if record.import_id in imports else f"import:{record.import_id}:row:{record.row}"
