"""Deliveries over REST, for operators."""

import pytest
from rest_framework.test import APIClient

from cqrs import Actor, acting_as, command_bus
from cqrs.models import Delivery, StoredEvent
from tests.api.conftest import signed_in
from tests.cqrs.conftest import order
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

DELIVERIES = "/api/v1/deliveries"


@pytest.fixture
def operator() -> APIClient:
    client = APIClient()
    client.force_login(UserFactory.create(username="otto", is_staff=True))
    return client


@pytest.fixture
def dead() -> Delivery:
    with acting_as(Actor.system("test")):
        command_bus.dispatch(order())
    Delivery.objects.filter(subscriber_key="shop.ship").delete()
    Delivery.objects.filter(subscriber_key="shop.pack").update(status="dead", attempts=8, error="OSError: full")
    return Delivery.objects.get(subscriber_key="shop.pack")


def test_dead_letters_are_listed_and_retried(operator: APIClient, dead: Delivery) -> None:
    """The answer shows the delivery as it then is, and who decided it."""
    (row,) = operator.get(DELIVERIES, {"status": "dead"}).json()["results"]
    assert (row["id"], row["error"]) == (dead.pk, "OSError: full")

    shown = operator.post(f"{DELIVERIES}/{dead.pk}/retry").json()

    assert (shown["delivery"]["status"], shown["delivery"]["attempts"]) == ("waiting", 0)
    assert [event["actor_name"] for event in shown["decided"]] == ["otto"]


def test_skipping_wants_a_reason(operator: APIClient, dead: Delivery) -> None:
    """Refused by field without one; recorded with one."""
    assert "reason" in operator.post(f"{DELIVERIES}/{dead.pk}/skip", {"reason": ""}, format="json").json()["fields"]

    operator.post(f"{DELIVERIES}/{dead.pk}/skip", {"reason": "by hand"}, format="json")

    assert "by hand" in StoredEvent.objects.get(name="DeliverySkipped").payload


def test_the_backlog_is_told(operator: APIClient, dead: Delivery) -> None:
    """One entry for each subscriber."""
    rows = {row["subscriber_key"]: row["dead"] for row in operator.get(f"{DELIVERIES}/backlog").json()["results"]}

    assert rows["shop.pack"] == 1
    assert rows["shop.send_receipt"] == 0


def test_is_for_operators(dead: Delivery) -> None:
    """Others may neither look nor act."""
    anna = signed_in("anna")

    assert anna.get(DELIVERIES).status_code == 403
    assert anna.post(f"{DELIVERIES}/{dead.pk}/retry").status_code == 403
    assert APIClient().get(DELIVERIES).status_code == 401


def test_each_address_is_a_page_too(operator: APIClient, dead: Delivery) -> None:
    """An operator's browser shows the list, one delivery, the backlog, and the forms to act."""
    for address, status in (("", 200), (f"/{dead.pk}", 200), ("/backlog", 200), (f"/{dead.pk}/skip", 405)):
        response = operator.get(f"{DELIVERIES}{address}", headers={"Accept": "text/html"})

        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")
    assert 'name="reason"' in response.content.decode()
