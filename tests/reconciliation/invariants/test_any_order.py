"""I7 for every kind of pass: the same rows in any order, in any number of files and threads give the same groups."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.reconciliation.engine.ledgers import Row, on, record
from tests.reconciliation.invariants.ledger import LEFT, RIGHT, Ledgers, broken, content

ROW = st.builds(
    lambda amount, reference, currency, day, text: record(
        "k", amount, reference=reference, currency=currency, booking_date=on(day), text=text
    ),
    st.sampled_from(["10.00", "-10.00", "4.00", "6.00", "25.00", "9.18"]),
    st.sampled_from([None, "R1", "R2", "R3"]),
    st.sampled_from(["EUR", "EUR", "USD"]),
    st.integers(1, 4),
    st.sampled_from(["a", "b"]),
)


def sides(known: tuple[Row, ...]) -> st.SearchStrategy[Any]:
    """Known and made-up rows in two orders, and where the second is cut into files."""
    rows = st.lists(ROW, min_size=3, max_size=14).map(lambda made: [*known, *made])
    return rows.flatmap(lambda listed: st.tuples(st.just(listed), st.permutations(listed), st.integers(1, len(listed))))


@settings(max_examples=examples(2), deadline=None)
@given(left=sides(LEFT), right=sides(RIGHT))
def test_any_order_files_and_threads(left: Any, right: Any) -> None:
    """Groups, statuses, scores, legs and what is left of a record are the same; no invariant is broken."""
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        as_given = Ledgers(Path(first), [left[0]], [right[0]])
        shuffled = Ledgers(
            Path(second), [left[1][: left[2]], left[1][left[2] :]], [right[1][: right[2]], right[1][right[2] :]]
        )
        one, other = as_given.run(threads=1), shuffled.run(threads=3)

        assert content(as_given, one) == content(shuffled, other)
        assert broken(as_given, one) == broken(shuffled, other) == set()
