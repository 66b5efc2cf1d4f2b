"""The declared flow of events beside the observed one."""

from collections.abc import Iterator

from cqrs import Query
from cqrs.operating.operators import operators
from cqrs.seeing.flow import FlowEdge, flow

_MOST = 1_000_000


class GetFlow(Query[tuple[FlowEdge, ...]], requires=operators):
    """What leads to what, as the code says and as the newest events of the log say."""

    last: int = 100_000

    def validate(self) -> Iterator[tuple[str, str]]:
        if not 0 < self.last <= _MOST:
            yield "last", f"From 1 to {_MOST:,} events."


@GetFlow.handler
def get_flow(query: GetFlow) -> tuple[FlowEdge, ...]:
    return flow(query.last)
