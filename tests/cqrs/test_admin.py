"""The operators' pages: what they show, what they do, and that others get nothing."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cqrs import Actor, Context, NotAllowedError, acting_as, command_bus, deliveries, query_bus
from cqrs.commands.dry_run_delivery import DryRunDelivery
from cqrs.commands.retry_delivery import RetryDelivery
from cqrs.models import Delivery, StoredEvent
from cqrs.queries.list_events import ListEvents
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer
from tests.cqrs.shop.models import Effect

pytestmark = pytest.mark.django_db

LOG = "admin:cqrs_storedevent_changelist"
DELIVERIES = "admin:cqrs_delivery_changelist"


@pytest.fixture
def dead(anna: Context, mailer: ListMailer) -> Delivery:
    """Ada's entry in the ledger, which has one attempt and failed."""
    mailer.failure = OSError("no <mail> today")
    command_bus.dispatch(order("Ada"))
    deliveries.drain()
    mailer.failure = None
    return Delivery.objects.get(subscriber_key="shop.post_to_ledger")


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_user("olga", password="x", is_staff=True))
    return client


def pages(dead: Delivery) -> list[str]:
    return [
        reverse(LOG),
        reverse("admin:cqrs_storedevent_change", args=[dead.event_id]),
        reverse("admin:cqrs_conversation", args=[dead.event.correlation_id]),
        reverse("admin:cqrs_flow"),
        reverse(DELIVERIES),
        reverse("admin:cqrs_delivery_change", args=[dead.pk]),
        reverse("admin:cqrs_backlog"),
    ]


def text_of(client: Client, address: str, **search: Any) -> str:
    response = client.get(address, search)
    assert response.status_code == 200
    return response.content.decode()


class TestWhoMay:
    def test_a_signed_in_user_without_staff_rights_gets_nothing(self, client: Client, dead: Delivery) -> None:
        """Neither a page nor, by any other door, a message."""
        anna = get_user_model().objects.create_user("anna", password="x")
        client.force_login(anna)

        assert {client.get(page).status_code for page in pages(dead)} == {302}
        assert client.post(reverse("admin:cqrs_dry_run", args=[dead.pk])).status_code == 302
        assert client.post(reverse(DELIVERIES), {"action": "retry", "chosen": [dead.pk]}).status_code == 302
        with acting_as(Actor.user(anna)):
            with pytest.raises(NotAllowedError):
                command_bus.dispatch(RetryDelivery(delivery_id=dead.pk))
            with pytest.raises(NotAllowedError):
                command_bus.dispatch(DryRunDelivery(delivery_id=dead.pk))
            with pytest.raises(NotAllowedError):
                query_bus.ask(ListEvents())
        dead.refresh_from_db()
        assert dead.status == "dead"

    def test_a_visitor_is_sent_to_sign_in(self, client: Client, dead: Delivery) -> None:
        """Every page asks."""
        assert all("login" in client.get(page)["Location"] for page in pages(dead))

    def test_who_loses_the_right_loses_it_at_once(self, dead: Delivery) -> None:
        """The right is asked of the database, not of the session."""
        olga = get_user_model().objects.create_user("olga", password="x", is_staff=True)
        with acting_as(Actor.user(olga)):
            query_bus.ask(ListEvents())
            get_user_model().objects.update(is_staff=False)
            with pytest.raises(NotAllowedError):
                query_bus.ask(ListEvents())

    def test_nothing_can_be_added_or_deleted(self, operator: Client, dead: Delivery) -> None:
        """The log is not edited, not even by an operator."""
        for model in ("storedevent", "delivery"):
            assert operator.get(reverse(f"admin:cqrs_{model}_add")).status_code == 403
            assert (
                operator.post(reverse(f"admin:cqrs_{model}_delete", args=[dead.pk]), {"post": "yes"}).status_code == 403
            )


class TestLooking:
    def test_every_page_shows_and_keeps_to_the_policy(self, operator: Client, dead: Delivery) -> None:
        """Scripts and styles come from files: the policy of the site refuses those in a page."""
        for page in pages(dead):
            text = text_of(operator, page)
            assert " style=" not in text
            assert "<style" not in text

    def test_the_log_is_searched(self, operator: Client, dead: Delivery) -> None:
        """By name, actor and stream, each alone."""
        for search in ({"name": "OrderPacked"}, {"actor_name": "shop.pack"}):
            text = text_of(operator, reverse(LOG), **search)
            assert "OrderPacked</a>" in text
            assert "OrderPlaced</a>" not in text
        assert "OrderPlaced</a>" in text_of(operator, reverse(LOG), stream=dead.event.stream)
        assert "No event" in text_of(operator, reverse(LOG), stream="order:nowhere")

    def test_the_log_is_searched_by_time(self, operator: Client, dead: Delivery) -> None:
        """From a time on, and until one; what is no time is said to be none."""
        assert "OrderPlaced</a>" in text_of(operator, reverse(LOG), since="2020-01-01T00:00")
        assert "OrderPlaced</a>" not in text_of(operator, reverse(LOG), since="2100-01-01T00:00")
        assert "OrderPlaced</a>" not in text_of(operator, reverse(LOG), until="2020-01-01T00:00")
        assert "Enter a valid date" in text_of(operator, reverse(LOG), since="yesterday")

    def test_lists_count_nothing(self, operator: Client, dead: Delivery) -> None:
        """A COUNT over millions of rows would be read by nobody."""
        for address in (reverse(LOG), reverse(DELIVERIES), reverse(DELIVERIES) + "?status=dead"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                operator.get(address)
            assert not [each["sql"] for each in queries if "COUNT(" in each["sql"].upper() and "cqrs" in each["sql"]]

    def test_a_long_list_goes_on(self, operator: Client, anna: Context) -> None:
        """The next page begins where this one ends, and keeps the search."""
        for _ in range(51):
            command_bus.dispatch(order())
        first = text_of(operator, reverse(LOG), name="OrderPlaced")

        assert "?name=OrderPlaced&amp;after=" in first
        second = text_of(
            operator, reverse(LOG), name="OrderPlaced", after=StoredEvent.objects.order_by("sequence")[1].pk
        )
        assert second.count("OrderPlaced</a>") == 1
        assert "That is all." in second

    def test_a_request_is_drawn(self, operator: Client, dead: Delivery) -> None:
        """A box for each event and delivery, linked to its page, and a line for each but the first."""
        text = text_of(operator, reverse("admin:cqrs_conversation", args=[dead.event.correlation_id]))

        assert text.count("<rect") == 6
        assert text.count("cqrs-line") == 5
        assert reverse("admin:cqrs_delivery_change", args=[dead.pk]) in text
        assert "cqrs-box-dead" in text

    def test_an_error_is_shown_as_text(self, operator: Client, dead: Delivery) -> None:
        """Whatever an exception says stays text."""
        text = text_of(operator, reverse("admin:cqrs_delivery_change", args=[dead.pk]))

        assert "no &lt;mail&gt; today" in text
        assert "no <mail> today" not in text

    def test_the_flow_tells_what_differs(self, operator: Client, dead: Delivery) -> None:
        """Shipping has not happened yet."""
        assert "declared, not seen" in text_of(operator, reverse("admin:cqrs_flow"))

    def test_what_is_not_there_is_not_found(self, operator: Client) -> None:
        """For events, deliveries, and odd addresses."""
        for name, number in (("storedevent", "77"), ("storedevent", "x"), ("delivery", "77"), ("delivery", "x")):
            assert operator.get(reverse(f"admin:cqrs_{name}_change", args=[number])).status_code == 404


class TestDoing:
    def act(self, client: Client, address: str, **form: object) -> str:
        response = client.post(address, form, follow=True)
        assert response.status_code == 200
        return response.content.decode()

    def test_retries_the_chosen(self, operator: Client, dead: Delivery) -> None:
        """Through the command, under the operator's name."""
        text = self.act(operator, reverse(DELIVERIES), action="retry", chosen=[dead.pk])

        dead.refresh_from_db()
        assert dead.status == "waiting"
        assert "1 to be tried again." in text
        assert StoredEvent.objects.get(name="DeliveryRetried").actor_name == "olga"

    def test_skips_for_a_reason(self, operator: Client, dead: Delivery) -> None:
        """Without one it says so; with one the delivery's page tells who gave it up and why."""
        page = reverse("admin:cqrs_delivery_change", args=[dead.pk])
        assert "Say why" in self.act(operator, page, action="skip", reason="")

        text = self.act(operator, page, action="skip", reason="posted by hand")

        dead.refresh_from_db()
        assert dead.status == "skipped"
        assert "by olga: posted by hand" in " ".join(text.split()).replace("olga :", "olga:")

    def test_replays_from_the_delivery_and_from_the_event(self, operator: Client, dead: Delivery) -> None:
        """A settled one is armed again; one that waits is refused, in words."""
        receipt = Delivery.objects.get(subscriber_key="shop.pack")
        assert receipt.status == "done"
        page = reverse("admin:cqrs_delivery_change", args=[receipt.pk])
        assert "to be delivered again" in self.act(operator, page, action="replay")

        event = reverse("admin:cqrs_storedevent_change", args=[dead.event_id])
        assert "1 to be delivered to shop.post_to_ledger" in self.act(
            operator, event, subscriber_key="shop.post_to_ledger"
        )
        assert "has it due" in self.act(operator, event, subscriber_key="shop.post_to_ledger")

    def test_an_unknown_action_does_nothing(self, operator: Client, dead: Delivery) -> None:
        """It asks what to do."""
        assert "Say what to do" in self.act(operator, reverse(DELIVERIES), action="burn", chosen=[dead.pk])

    def test_dry_run_shows_and_keeps_nothing(self, operator: Client, dead: Delivery) -> None:
        """The receipt's row and mail are told; by GET nothing is run."""
        receipt = Delivery.objects.get(subscriber_key="shop.send_receipt")
        effects = Effect.objects.count()
        address = reverse("admin:cqrs_dry_run", args=[receipt.pk])

        text = self.act(operator, address)

        assert "It would succeed" in text
        assert "shop_effect" in text
        assert "Mailer.send(&#x27;Ada owes 10.00&#x27;)" in text
        assert Effect.objects.count() == effects
        assert operator.get(address).status_code == 405

    def test_dry_run_of_what_nobody_handles_any_more_is_refused(self, operator: Client, dead: Delivery) -> None:
        """In words, on the delivery's page."""
        Delivery.objects.filter(pk=dead.pk).update(subscriber_key="shop.gone")

        text = self.act(operator, reverse("admin:cqrs_dry_run", args=[dead.pk]))

        assert "No subscriber is called shop.gone." in text
        assert "No code has it any more" in text


def test_a_made_up_request_is_refused(operator: Client) -> None:
    """Not every text of an address can be looked for."""
    assert operator.get(reverse("admin:cqrs_conversation", args=["a\0b"])).status_code == 400


@pytest.mark.parametrize("address", [LOG, DELIVERIES])
def test_a_made_up_page_is_refused(operator: Client, address: str) -> None:
    """A cursor that no page gave is the caller's mistake, not a failure of ours."""
    assert operator.get(reverse(address), {"after": "x"}).status_code == 400
