"""A kept answer against a bare GET."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import msgspec
from django.core.cache import cache

from cqrs import Actor, Cache, Query, acting_as, query_bus, signed_in


@dataclass(frozen=True, kw_only=True)
class Sum:
    count: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Row:
    source_id: int
    name: str
    currency: str
    confirmed: Sum
    open: Sum


class GetRows(Query[tuple[Row, ...]], requires=signed_in, cache=Cache(seconds=600)):
    project_id: int


@GetRows.handler
def get_rows(_query: GetRows) -> tuple[Row, ...]:
    one = Sum(count=123456, amount=Decimal("98765432.10"))
    return tuple(
        Row(source_id=number, name=f"Account {number}", currency="EUR", confirmed=one, open=one) for number in range(4)
    )


def measure(rounds: int) -> None:
    """Prints the medians of one call in microseconds, and their ratios."""
    answer = get_rows(GetRows(project_id=1))
    encoded = bytes(8) + msgspec.msgpack.encode(answer)
    cache.set("bench-bytes", encoded, 600)
    cache.set("bench-answer", answer, 600)
    cache.set("bench-token", 2**62, 600)
    question = GetRows(project_id=1)
    peers: dict[str, Callable[[], object]] = {
        "kept answer": lambda: query_bus.ask(question),
        f"cache.get of its {len(encoded)} bytes": lambda: cache.get("bench-bytes"),
        "cache.get of the pickled answer": lambda: cache.get("bench-answer"),
        "cache.get_many of bytes and token": lambda: cache.get_many(("bench-bytes", "bench-token")),
    }
    with acting_as(Actor("user", 1, "anna")):
        medians = _medians(peers, rounds)
    ours = medians["kept answer"]
    print("cost")
    for name, median in medians.items():
        print(f"  {name:34} {median * 1e6:7.1f} us   kept answer / this {ours / median:5.2f}")


def _medians(peers: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        for name, peer in peers.items():
            begun = time.perf_counter()
            peer()
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(each) for name, each in times.items()}
