"""An event stored by older code is read as the newest version of itself."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqrs import Event
from cqrs.checks import check_messages
from cqrs.encoding import decode
from cqrs.errors import UndecodableEventError
from cqrs.testing import isolated_registry


def _paid(*versions: int) -> type[Any]:
    """An event at version 3 with the upcasters asked for: 1 had an amount in cents, 2 an amount, 3 has its currency."""

    class Paid(Event, version=3):
        order_id: int
        amount: Decimal
        currency: str

    def to_units(payload: dict[str, Any]) -> dict[str, Any]:
        return {"order_id": payload["order_id"], "amount": f"{Decimal(payload['cents']) / 100:.2f}"}

    def in_euros(payload: dict[str, Any]) -> dict[str, Any]:
        return {**payload, "currency": "EUR"}

    for version in versions:
        Paid.upcaster(version=version)({1: to_units, 2: in_euros}.get(version, in_euros))
    return Paid


@given(cents=st.integers(min_value=0, max_value=10**12), order_id=st.integers(0, 2**62))
def test_any_first_version_passes_all_upcasters_in_order(cents: int, order_id: int) -> None:
    """1 becomes 2 becomes 3, whatever the values."""
    with isolated_registry():
        paid = _paid(1, 2)
        stored = msgspec.json.encode({"order_id": order_id, "cents": cents}).decode()

        read = decode("Paid", 1, stored)

    assert paid(order_id=order_id, amount=Decimal(cents).scaleb(-2), currency="EUR") == read


def test_a_version_in_between_starts_there() -> None:
    """Version 2 passes the second upcaster only."""
    with isolated_registry():
        paid = _paid(1, 2)

        read = decode("Paid", 2, '{"order_id":1,"amount":"3.50"}')

    assert paid(order_id=1, amount=Decimal("3.50"), currency="EUR") == read


def test_the_current_version_passes_none() -> None:
    """What this code stored it reads as it is."""
    with isolated_registry():
        paid = _paid(1, 2)

        read = decode("Paid", 3, '{"order_id":1,"amount":"3.50","currency":"CHF"}')

    assert paid(order_id=1, amount=Decimal("3.50"), currency="CHF") == read


@pytest.mark.parametrize(
    ("versions", "payload", "says"),
    [
        ((1,), '{"order_id":1,"cents":2}', r"write @Paid.upcaster\(version=2\)"),
        ((1, 2), '{"order_id":1}', "could not be made a newer one: KeyError"),
        ((1, 2), '{"order_id":"x","cents":2}', "Expected `int`, got `str`"),
    ],
)
def test_what_cannot_be_read_says_why(versions: tuple[int, ...], payload: str, says: str) -> None:
    """A gap in the chain, an upcaster that fails, and one whose result is no event."""
    with isolated_registry():
        _paid(*versions)
        with pytest.raises(UndecodableEventError, match=says):
            decode("Paid", 1, payload)


@pytest.mark.parametrize(
    ("versions", "found"),
    [((1, 2), []), ((1,), ["cqrs.E010"]), ((), ["cqrs.E010", "cqrs.E010"]), ((1, 2, 3), ["cqrs.E011"])],
)
def test_the_start_fails_on_a_gap(versions: tuple[int, ...], found: list[str]) -> None:
    """The system check names each version that nothing reads, and an upcaster that nothing needs."""
    with isolated_registry():
        paid = _paid(*versions)

        assert [error.id for error in check_messages() if error.obj is paid] == found
