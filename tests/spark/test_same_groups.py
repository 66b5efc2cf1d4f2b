"""The same records and rules on both engines: the same groups, legs, adjustments, scores and sentences."""

import random
from pathlib import Path
from typing import Any

import pytest

from reconciliation.engine import match
from reconciliation.rules import RuleSet
from reconciliation.rules.registry import rule_types
from tests.reconciliation.engine.ledgers import Desk, Row, at, on, record
from tests.spark.rule_sets import RULE_SETS

_RECORDS = 60
_MASTER = "local[2]"


def _side(name: str, seed: int) -> list[Row]:
    """Few values each, so that there are twins, rivals, sums and reversals in plenty."""
    draw = random.Random(f"{name} {seed}")
    return [
        record(
            f"{name}{number}",
            draw.choice(["1.00", "1.01", "2.00", "-1.00", "-2.00", "3.01", "0.00", "109.01", "100.00"]),
            reference=draw.choice([None, "INV-1", "inv 1", "INV-20017", "A"]),
            batch=draw.choice([None, "P", "Q", "R"]),
            kind=draw.choice([None, "RV"]),
            currency=draw.choice(["EUR", "EUR", "EUR", "USD"]),
            booking_date=on(draw.randint(1, 9)),
            occurred_at=draw.choice([None, at("2026-03-02T10:00:00+00:00"), at("2026-03-02T11:20:00+02:00")]),
            counterparty=draw.choice([None, "Müller GmbH", "MULLER Gmbh & Co", "Meyer"]),
            text=draw.choice([None, "pays INV-20017", "Payment INV 1 and 20017", "other"]),
        )
        for number in range(_RECORDS)
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, _side("l", 7), _side("r", 7))


def test_every_rule_is_tried() -> None:
    """A rule that no set asks for would be new on Spark to whoever uses it first."""
    asked = {rule["type"] for passes in RULE_SETS.values() for part in passes for rule in part["rules"]}

    assert asked == set(rule_types())


@pytest.mark.spark
@pytest.mark.parametrize("name", RULE_SETS)
def test_both_engines_give_the_same(desk: Desk, name: str) -> None:
    """Row by row, in the same order, whatever Spark does first."""
    rules: dict[str, Any] = {"name": name, "passes": RULE_SETS[name]}
    sides = desk.inputs()
    expected = match(*sides, RuleSet.from_document(rules))

    actual = match(*sides, RuleSet.from_document(rules), url=_MASTER)

    assert expected.groups.num_rows > 0
    for table in ("groups", "legs", "adjustments"):
        assert getattr(actual, table).to_pylist() == getattr(expected, table).to_pylist()
    assert actual.notes == expected.notes
