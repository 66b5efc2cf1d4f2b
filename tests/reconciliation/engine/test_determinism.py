import random
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.reconciliation.engine.ledgers import Desk, Row, on, record

PASSES: list[dict[str, Any]] = [
    {
        "name": "Reference",
        "rules": [{"type": "SameReference"}, {"type": "AmountWithin", "absolute": "0.02"}],
        "adjustment": {"kind": "rounding", "max": "0.01"},
    },
    {
        "name": "Sum",
        "cardinality": "n:m",
        "group_by": {"left": ["batch"], "right": ["batch"]},
        "rules": [],
        "adjustment": {"kind": "fee", "max": "0.05"},
    },
    {
        "name": "Amount and date",
        "rules": [{"type": "SameAmount"}, {"type": "DatesWithin", "before": 2, "after": 2}],
        "decide": {"margin": 2},
    },
]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "amount": st.sampled_from(["1.00", "1.01", "1.02", "2.00", "-1.00", "0.00"]),
            "reference": st.sampled_from([None, "A", "B"]),
            "batch": st.sampled_from([None, None, "P", "Q"]),
            "currency": st.sampled_from(["EUR", "EUR", "USD"]),
            "booking_date": st.sampled_from([on(1), on(2), on(4)]),
            "text": st.sampled_from([None, "one", "two"]),
        }
    ),
    max_size=7,
)

# A failing example is small as it is; shrinking it would start hundreds of engines.
QUICK = settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def _told(desk: Desk, threads: int) -> set[tuple[Any, ...]]:
    found = desk.match(*PASSES, threads=threads)
    legs = found.legs
    return {
        (*legs[row["group"]], row["status"], row["pass_name"], row["score"], row["difference"]) for row in found.groups
    }


def _rows(side: str, drawn: list[dict[str, Any]]) -> list[Row]:
    return [record(f"{side}{number}", **row) for number, row in enumerate(drawn)]


class TestAnyOrder:
    @QUICK
    @given(left=ROWS, right=ROWS, seed=st.integers(0, 10**6))
    def test_rows_and_threads_do_not_matter(
        self, left: list[dict[str, Any]], right: list[dict[str, Any]], seed: int
    ) -> None:
        """The same records in any order, on any number of threads, give the same groups, statuses and scores."""
        shuffled = random.Random(seed)
        with TemporaryDirectory() as folder:
            desk = Desk(Path(folder), _rows("l", left), _rows("r", right))
            first = _told(desk, threads=1)
            for side in (desk.left, desk.right):
                shuffled.shuffle(side)

            assert _told(desk, threads=2) == first

    @QUICK
    @given(left=ROWS, right=ROWS)
    def test_confirmed_groups_net_to_zero_and_no_record_is_used_twice(
        self, left: list[dict[str, Any]], right: list[dict[str, Any]]
    ) -> None:
        """I1 and I2 hold for whatever comes in, counted here anew from the legs and adjustment lines."""
        with TemporaryDirectory() as folder:
            outcome = Desk(Path(folder), _rows("l", left), _rows("r", right)).match(*PASSES).outcome

        net = {row["group"]: 0 for row in outcome.groups.to_pylist()}
        for leg in outcome.legs.to_pylist():
            net[leg["group"]] += leg["amount"] if leg["side"] == "left" else -leg["amount"]
        for line in outcome.adjustments.to_pylist():
            net[line["group"]] += line["amount"]
        used = outcome.legs["record_id"].to_pylist()
        assert all(not net[row["group"]] for row in outcome.groups.to_pylist() if row["status"] == "confirmed")
        assert len(used) == len(set(used))
