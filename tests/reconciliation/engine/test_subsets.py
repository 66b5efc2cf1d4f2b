"""Groups that only their sum brings together."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.engine.subsets import MOST_SOLUTIONS, subsets_with_sum
from reconciliation.rules import InvalidRuleSetError, RuleSet
from tests.reconciliation.engine.ledgers import FIRST_RIGHT, Desk, on, record


def sums(**more: object) -> dict[str, object]:
    return {"name": "Sums", "cardinality": "1:n", "subset": {}, "rules": [], **more}


def test_one_set_of_several_is_confirmed(desk: Desk) -> None:
    """Of twelve lines exactly one set adds up: near misses by a cent do not count."""
    desk.left = [record("bank", "1000.00")]
    amounts = ["611.37", "254.13", "134.50", "611.36", "499.99", "499.98", "12.00"]
    desk.right = [record(f"r{place}", amount) for place, amount in enumerate(amounts)]

    found = desk.match(sums())

    assert found.confirmed == {"bank=r0+r1+r2"}
    assert "The sum of 3 lines is exact" in found.reasons()[-1]


def test_signs_count(desk: Desk) -> None:
    """A credit note is subtracted: 30 - 10 - 5 + 25 are 40."""
    desk.left = [record("bank", "40.00")]
    desk.right = [record("a", "30.00"), record("b", "-10.00"), record("c", "-5.00"), record("d", "25.00")]

    assert desk.match(sums()).confirmed == {"bank=a+b+c+d"}


def test_two_sets_stay_open_and_that_is_said(desk: Desk) -> None:
    """What could be made in two ways is nobody's guess."""
    desk.left = [record("bank", "10.00")]
    desk.right = [record("a", "4.00"), record("b", "6.00"), record("c", "3.00"), record("d", "7.00")]

    found = desk.match(sums())

    assert found.groups == []
    assert found.outcome.notes == ("Pass “Sums”: 1 lines are the sum of more than one set of lines: left open.",)


def test_a_named_order_decides_between_sets(desk: Desk) -> None:
    """The set whose days are nearest in all, where nearest_date is named."""
    desk.left = [record("bank", "10.00", booking_date=on(10))]
    days = {"a": 10, "b": 11, "c": 14, "d": 15}
    amounts = {"a": "4.00", "b": "6.00", "c": "4.00", "d": "6.00"}
    desk.right = [record(key, amounts[key], booking_date=on(day)) for key, day in days.items()]
    rules = [{"type": "DatesWithin", "before": 7, "after": 7}]

    found = desk.match(sums(rules=rules, tie_break=["nearest_date"]))

    assert found.confirmed == {"bank=a+b"}


def test_a_line_that_two_need_is_given_to_none(desk: Desk) -> None:
    """Each has one set, but the sets share a line; a third, which needs none of them, is not held up."""
    desk.left = [record("one", "10.00"), record("two", "9.00"), record("three", "200.00")]
    desk.right = [record("shared", "5.50"), record("a", "4.50"), record("b", "3.50")]
    desk.right += [record("c", "120.00"), record("d", "80.00")]

    found = desk.match(sums())

    assert found.confirmed == {"three=c+d"}
    assert found.outcome.notes == (
        "Pass “Sums”: 2 lines are the sum of lines that another line needs as well: left open.",
    )


def test_many_lines_may_be_on_the_left(desk: Desk) -> None:
    """n:1 adds up the left side."""
    desk.left = [record("a", "4.00"), record("b", "6.00")]
    desk.right = [record("payout", "10.00")]

    assert desk.match(sums(cardinality="n:1")).confirmed == {"a+b=payout"}


def test_too_many_candidates_are_not_searched_and_that_is_said(desk: Desk) -> None:
    """The bound is part of the rule, and whoever it stops is told."""
    desk.left = [record("bank", "3.00")]
    desk.right = [record(f"r{place}", "1.00") for place in range(5)]

    found = desk.match(sums(subset={"max_candidates": 4}))

    assert found.groups == []
    assert found.outcome.notes == ("Pass “Sums”: 1 lines have more than 4 candidates: not searched.",)


def test_another_currency_is_no_part_of_a_sum(desk: Desk) -> None:
    """Four euros and six dollars are not ten of anything."""
    desk.left = [record("bank", "10.00")]
    desk.right = [record("a", "4.00"), record("b", "6.00", currency="USD")]

    assert desk.match(sums()).groups == []


def test_a_rejected_pair_is_in_no_sum(desk: Desk) -> None:
    """Never means never, also as one line of several."""
    desk.left = [record("bank", "10.00")]
    desk.right = [record("a", "4.00"), record("b", "6.00")]
    never = pa.table({"left_id": pa.array([1], pa.int64()), "right_id": pa.array([FIRST_RIGHT], pa.int64())})

    assert desk.match(sums(), never=never).groups == []


def test_the_lines_of_a_group_are_taken(desk: Desk) -> None:
    """A later pass does not see them, and sees the rest."""
    desk.left = [record("bank", "10.00"), record("other", "4.00"), record("third", "1.00")]
    desk.right = [record("a", "4.50"), record("b", "5.50"), record("c", "1.00")]
    later = {"name": "Rest", "rules": [{"type": "SameAmount"}]}

    assert desk.match(sums(subset={"max_parts": 2}), later).confirmed == {"bank=a+b", "third=c"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cardinality": "1:1"}, "choose 1:n or n:1"),
        ({"group_by": {"right": ["batch"]}}, "found by its sum, not by keys"),
        ({"rules": [{"type": "SameAmount"}]}, "compares the sum"),
        ({"adjustment": {"kind": "fee", "max": "1.00"}}, "nothing is left to book"),
        ({"subset": {"max_parts": 1}}, "max_parts"),
        ({"subset": {"max_candidates": 41}}, "max_candidates"),
    ],
)
def test_a_pass_that_cannot_be_is_refused(change: dict[str, object], words: str) -> None:
    """Each mistake is named with what to do."""
    with pytest.raises(InvalidRuleSetError, match=words):
        RuleSet.from_document({"passes": [sums(**change)]})


def test_a_pass_reads_as_a_sentence() -> None:
    """What is bounded is said."""
    rules = RuleSet.from_document({"passes": [sums()]})

    assert rules.sentences()[0].startswith("1. Sums (one to many): same currency. Up to 6 lines, out of at most 30")


AMOUNTS = st.lists(st.integers(-6, 9), max_size=9)


@given(AMOUNTS, st.integers(-5, 20), st.integers(1, 5))
def test_every_set_is_found_and_no_other(amounts: list[int], target: int, most: int) -> None:
    """The halves together find what trying everything finds."""
    usable = [place for place, amount in enumerate(amounts) if amount]
    every = [
        chosen
        for size in range(1, most + 1)
        for chosen in combinations(usable, size)
        if sum(amounts[place] for place in chosen) == target
    ]

    found = subsets_with_sum(np.array(amounts, dtype=np.int64), target, most)

    assert found.sets == (tuple(sorted(every)) if len(every) <= MOST_SOLUTIONS else ())
    assert found.complete == (len(every) <= MOST_SOLUTIONS)


@given(st.permutations(["4.00", "6.00", "3.50", "2.25", "9.75", "1.00"]))
def test_the_order_of_lines_does_not_matter(order: list[str]) -> None:
    """However the candidates stand, the same set is found."""
    amounts = np.array([round(float(amount) * 100) for amount in order], dtype=np.int64)

    found = subsets_with_sum(amounts, 1325, 4)

    sets = sorted(sorted(order[place] for place in one) for one in found.sets)
    assert sets == [["1.00", "2.25", "4.00", "6.00"], ["3.50", "9.75"]]
