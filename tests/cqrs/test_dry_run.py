"""What a dead letter would do, and that none of it is done."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import now

from cqrs import Actor, Context, Event, acting_as, command_bus, deliveries, event_bus
from cqrs.commands.dry_run_delivery import DryRunDelivery
from cqrs.models import Delivery, StoredEvent
from cqrs.operating.dry_run import DryRun
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer, Mailer
from tests.cqrs.shop.models import Effect, Order

pytestmark = pytest.mark.django_db


def dried_alone(work: Callable[..., None]) -> DryRun:
    """Of a subscriber that only this test has, to an event that only this test has."""
    with isolated_registry():

        class Happened(Event):
            thing_id: int

        Happened.worker(key="test.work")(work)
        with acting_as(Actor.system("test")), transaction.atomic():
            event_bus.publish(Happened(thing_id=7))
        return dried("test.work")


def dried(key: str) -> DryRun:
    delivery = Delivery.objects.filter(subscriber_key=key).latest("id")
    with acting_as(Actor.system("operator")):
        return command_bus.dispatch(DryRunDelivery(delivery_id=delivery.pk))


def test_shows_rows_events_and_calls_and_does_none(anna: Context, mailer: ListMailer) -> None:
    """A receipt would write a row and send a mail; neither happens, and the delivery stays as it was."""
    command_bus.dispatch(order("Ada"))
    before = list(Delivery.objects.values())

    outcome = dried("shop.send_receipt")

    (row,) = outcome.changes
    assert (row.table, row.kind, row.after["by"], row.after["note"]) == ("shop_effect", "insert", "send_receipt", "Ada")
    assert outcome.outside == ("Mailer.send('Ada owes 10.00')",)
    assert outcome.error == ""
    assert mailer.sent == []
    assert not Effect.objects.filter(by="send_receipt").exists()
    assert list(Delivery.objects.values()) == before


def test_shows_what_would_be_published_to_whom(anna: Context, mailer: ListMailer) -> None:
    """A long worker too: its event and the deliveries of that are told, and not stored."""
    command_bus.dispatch(order())

    outcome = dried("shop.pack")

    (published,) = outcome.published
    assert (published.name, published.subscribers) == ("OrderPacked", ("shop.ship",))
    assert [row.after["by"] for row in outcome.changes] == ["pack_order"]
    assert StoredEvent.objects.filter(name="OrderPacked").count() == 0


def test_shows_changed_and_deleted_rows_with_their_former_values(anna: Context) -> None:
    """An update tells what differs, row by row; a deletion what is lost."""
    for customer in ("Ada", "Bob"):
        command_bus.dispatch(order(customer))

    def raise_prices(_event: Event) -> None:
        Order.objects.update(total=F("total") + 1)
        Order.objects.filter(customer="Bob").delete()

    changes = dried_alone(raise_prices).changes

    updates = [row for row in changes if row.kind == "update"]
    assert [(list(row.before), str(row.before["total"])[:2], str(row.after["total"])[:2]) for row in updates] == [
        (["total"], "10", "11"),
        (["total"], "10", "11"),
    ]
    assert [row.before["customer"] for row in changes if row.kind == "delete"] == ["Bob"]
    assert Order.objects.count() == 2


def test_shows_a_statement_of_many_rows_row_by_row(anna: Context) -> None:
    """Also of more rows than are looked up at once."""

    def fill(_event: Event) -> None:
        Effect.objects.bulk_create([Effect(by="fill", note=str(number)) for number in range(250)])
        Effect.objects.filter(by="fill").update(note="full")

    changes = dried_alone(fill).changes

    assert [row.after["note"] for row in changes[:250]] == [str(number) for number in range(250)]
    assert sorted(int(row.before["note"]) for row in changes[250:]) == list(range(250))
    assert len({row.key for row in changes}) == 250


def test_counts_what_it_does_not_show(anna: Context) -> None:
    """A thousand rows are enough to look at."""

    def fill(_event: Event) -> None:
        Effect.objects.bulk_create([Effect(by="fill", note="") for _ in range(1200)])

    outcome = dried_alone(fill)

    assert len(outcome.changes) + outcome.beyond == 1200
    assert outcome.beyond == 200


def test_names_a_statement_whose_rows_it_cannot_tell(anna: Context) -> None:
    """Rather that than silence."""

    def write_oddly(_event: Event) -> None:
        with connection.cursor() as cursor:
            cursor.execute("WITH one AS (SELECT 1) INSERT INTO shop_effect (by, note) SELECT 'odd', '' FROM one")

    assert ["shop_effect" in statement for statement in dried_alone(write_oddly).unread] == [True]


def test_tells_the_error_and_what_was_done_before_it(anna: Context) -> None:
    """Also where the database refused a statement."""
    placed = command_bus.dispatch(order())

    def twice(_event: Event) -> None:
        Effect.objects.create(by="twice", note="")
        Order.objects.create(pk=placed, customer="again", total=1)

    outcome = dried_alone(twice)

    assert "IntegrityError" in outcome.error
    assert [row.after["by"] for row in outcome.changes] == ["twice"]
    assert not Effect.objects.filter(by="twice").exists()


def test_ends_where_an_answer_from_outside_is_needed() -> None:
    """Only the real service knows the answer, and it is not asked."""

    def ask(_event: Event, mailer: Mailer) -> None:
        if mailer.knows("Ada"):
            Effect.objects.create(by="ask", note="")

    outcome = dried_alone(ask)

    assert outcome.outside == ("Mailer.knows('Ada')",)
    assert "OutsideCallError" in outcome.error


def test_an_event_that_cannot_be_read_says_so(anna: Context) -> None:
    """What buried it is what the operator is shown."""
    command_bus.dispatch(order())
    StoredEvent.objects.update(payload="{}")

    assert "UndecodableEventError" in dried("shop.pack").error


def test_prints_it(anna: Context, mailer: ListMailer) -> None:
    """For people as a table, for programs as JSON; a failing one with its traceback."""
    command_bus.dispatch(order("Ada"))
    number = str(Delivery.objects.get(subscriber_key="shop.send_receipt").pk)
    screen, document = StringIO(), StringIO()

    call_command("events", "dry-run", number, stdout=screen)
    call_command("events", "dry-run", number, "--json", stdout=document)

    assert "shop_effect" in screen.getvalue()
    assert "Would call Mailer.send('Ada owes 10.00')" in screen.getvalue()
    assert "It would succeed." in screen.getvalue()
    answer: dict[str, Any] = json.loads(document.getvalue())
    assert answer["changes"][0]["after"]["note"] == "Ada"


def test_others_go_on_sending_meanwhile(anna: Context, mailer: ListMailer) -> None:
    """The stand-in is that of the dry run alone: a real delivery after it mails."""
    command_bus.dispatch(order("Ada"))
    dried("shop.send_receipt")
    deliveries.drain()

    assert "Ada owes 10.00" in mailer.sent


def test_a_broken_reference_fails_as_it_would_at_the_commit() -> None:
    """Constraints that are checked late are checked."""

    def refer_to_nothing(event: Event) -> None:
        Delivery.objects.create(event_id=987654, subscriber_key="x", status="done", available_at=now())

    assert "IntegrityError" in dried_alone(refer_to_nothing).error
