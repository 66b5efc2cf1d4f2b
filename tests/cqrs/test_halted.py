"""A dead letter halts its key, and what stands behind it costs the claims of others nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from cqrs import Actor, Clock, Context, acting_as, command_bus, services
from cqrs.commands.skip_delivery import SkipDelivery
from cqrs.deliveries import claims
from cqrs.deliveries.claims import claim
from cqrs.deliveries.halted import HALTED
from cqrs.models import Delivery
from cqrs.testing import FrozenClock
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEDGER = "shop.post_to_ledger"


@pytest.fixture
def rows(anna: Context, mailer: ListMailer, monkeypatch: pytest.MonkeyPatch) -> list[Delivery]:
    """Three deliveries of one key, the first of them dead; every claim is slow."""
    monkeypatch.setattr(claims, "_SLOW_SECONDS", -1.0)
    monkeypatch.setattr(claims._Pace, "narrow_until", 0.0)
    for _ in range(3):
        command_bus.dispatch(order())
    Delivery.objects.exclude(subscriber_key=LEDGER).delete()
    Delivery.objects.update(available_at=NOON, order_key="Ada")
    found = list(Delivery.objects.order_by("id"))
    Delivery.objects.filter(pk=found[0].pk).update(status="dead")
    return found


def due(row: Delivery) -> tuple[datetime, str]:
    row.refresh_from_db()
    return row.available_at, row.error


def test_a_slow_claim_sets_aside_what_is_halted(rows: list[Delivery]) -> None:
    """What stands behind the dead letter is looked at again later and says why; another key is not touched."""
    Delivery.objects.filter(pk=rows[2].pk).update(order_key="Bob")
    with services.overriding(Clock, FrozenClock(NOON)):
        claimed = claim(long=False, limit=10)

    assert [each.id for each in claimed] == [rows[2].pk]
    assert due(rows[1]) == (NOON + timedelta(minutes=15), HALTED)
    assert due(rows[2]) == (NOON, "")


def test_an_operator_who_settles_the_dead_letter_releases_them(rows: list[Delivery]) -> None:
    """The next of the key is due at once, as if it had never been set aside."""
    with services.overriding(Clock, FrozenClock(NOON)):
        assert claim(long=False, limit=10) == []
        with acting_as(Actor.system("operator")):
            command_bus.dispatch(SkipDelivery(delivery_id=rows[0].pk, reason="lost"))

        assert [due(row) for row in rows[1:]] == [(NOON, "")] * 2
        assert [each.id for each in claim(long=False, limit=10)] == [rows[1].pk]


def test_a_narrow_claim_sets_aside_until_it_finds_something(
    rows: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a slow claim the next ones look at the oldest rows only, and clear them of what is halted."""
    monkeypatch.setattr(claims, "_FRONT", claims._FRONT.replace("LIMIT 1000", "LIMIT 1"))
    monkeypatch.setattr(claims._Pace, "narrow_until", float("inf"))
    Delivery.objects.filter(pk=rows[2].pk).update(order_key="Bob")

    with services.overriding(Clock, FrozenClock(NOON)):
        assert [each.id for each in claim(long=False, limit=10)] == [rows[2].pk]
    assert due(rows[1])[1] == HALTED
