"""What a group uses of a record, and what it leaves, is seen where people look."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.test import Client

from reconciliation.ids import Side
from tests.reconciliation.desk import DAY, Desk

KEYS = {"left": ["reference"], "right": ["reference"]}
RATE = {"unit": "USD", "currency": "EUR", "rate": "0.9174", "date": DAY.isoformat()}
PASSES = [
    {"name": "Paid", "cardinality": "1:n", "group_by": KEYS, "rules": [{"type": "PartialPayment"}]},
    {
        "name": "Across",
        "rules": [{"type": "SameReference"}, {"type": "CurrencyConverted", "source": "ECB", "rates": [RATE]}],
    },
]


def test_a_rest_is_shown_with_its_group(owner: User, client: Client, desk: Desk) -> None:
    """The open item shows 50.00 left of 500.00; a match says what it uses of a record, and its rate."""
    desk.bring(Side.LEFT, {"amount": 50_000, "reference": "PART"}, {"amount": 9_174, "reference": "RATE"})
    first = {"amount": 5_000, "reference": "PART"}
    last = {"amount": 50_000, "reference": "PART", "booking_date": DAY + timedelta(days=3)}
    desk.bring(Side.RIGHT, first, last, {"amount": 10_000, "reference": "RATE", "currency": "USD"})
    desk.publish_rules({"passes": PASSES})
    desk.run()

    client.force_login(owner)
    items = client.get(f"/projects/{desk.project_id}/open-items/").content.decode()
    matches = client.get(f"/projects/{desk.project_id}/matches/?status=confirmed").content.decode()

    assert 'data-amount="50.00"' in items
    assert "left of 500.00" in items
    assert "part of 500.00 EUR" in matches
    assert "100.00 USD" in matches
    assert "rate 0.9174" in matches
