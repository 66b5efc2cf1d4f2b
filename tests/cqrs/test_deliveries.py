"""Deliveries: at least once to the world, exactly once to our database."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cqrs import Actor, Clock, Context, LeaseLostError, acting_as, command_bus, deliveries, services
from cqrs.checks import check_deliveries
from cqrs.commands.retry_dead_letters import RetryDeadLetters
from cqrs.deliveries import settle
from cqrs.deliveries.claims import LEASE, claim
from cqrs.deliveries.held import HeldLease
from cqrs.deliveries.runner import run
from cqrs.models import Delivery, StoredEvent
from cqrs.registry import registry
from cqrs.testing import FrozenClock, drain
from tests.cqrs.conftest import order
from tests.cqrs.shop.events import OrderPlaced
from tests.cqrs.shop.mailer import ListMailer
from tests.cqrs.shop.models import Effect

pytestmark = pytest.mark.django_db

RECEIPT, LEDGER, PACK = "shop.send_receipt", "shop.post_to_ledger", "shop.pack"


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    clock = FrozenClock(datetime(2026, 11, 30, 12, tzinfo=UTC))
    with services.overriding(Clock, clock):
        yield clock


def statuses() -> dict[str, str]:
    return dict(Delivery.objects.values_list("subscriber_key", "status"))


def delivery(key: str) -> Delivery:
    return Delivery.objects.get(subscriber_key=key)


class TestDrain:
    def test_delivers_everything_and_what_that_publishes(self, anna: Context, mailer: ListMailer) -> None:
        """A worker's own events are delivered in the same go."""
        order_id = command_bus.dispatch(order())

        assert drain() == 4
        assert {"done"} == set(statuses().values())
        assert [f"Ada owes {order().total}", f"ledger {order_id}"] == mailer.sent

    def test_delivers_once(self, anna: Context, mailer: ListMailer) -> None:
        """A second look finds nothing to do."""
        command_bus.dispatch(order())
        drain()

        assert drain() == 0
        assert len(mailer.sent) == 2

    def test_lets_a_worker_act_as_itself(self, anna: Context, mailer: ListMailer) -> None:
        """A worker is the system, in the conversation of the event, and its events name their cause."""
        command_bus.dispatch(order())
        drain()

        placed, packed = StoredEvent.objects.order_by("at", "id")
        assert Effect.objects.get(by="pack_order").note == PACK
        assert (anna.correlation_id, placed.id) == (packed.correlation_id, packed.causation_id)
        assert (packed.actor_kind, packed.actor_name, packed.source) == ("system", PACK, "worker")


class TestFailure:
    def test_undoes_the_work_and_tries_again_later(self, anna: Context, mailer: ListMailer, clock: FrozenClock) -> None:
        """A failing worker leaves no effect, the error in the row, and a due time that the row knows."""
        command_bus.dispatch(order())
        mailer.failure = ConnectionResetError("mail server went away")
        deliveries.drain()

        row = delivery(RECEIPT)
        assert (row.status, row.attempts) == ("waiting", 1)
        assert "mail server went away" in row.error
        assert clock.now() + timedelta(seconds=0.5) <= row.available_at <= clock.now() + timedelta(seconds=1)
        assert not Effect.objects.filter(by="send_receipt").exists()

        mailer.failure = None
        clock.advance(timedelta(seconds=2))
        drain()

        assert (delivery(RECEIPT).status, delivery(RECEIPT).attempts, delivery(RECEIPT).error) == ("done", 2, "")
        assert Effect.objects.filter(by="send_receipt").count() == 1

    @pytest.mark.parametrize(
        ("text", "shown"),
        [("byte \0 of the file", "byte \\x00 of"), ("name \udce9", "name \\udce9")],
        ids=["a NUL", "half a surrogate"],
    )
    def test_is_told_also_where_its_text_cannot_be_stored(
        self, anna: Context, mailer: ListMailer, text: str, shown: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What no database takes is written out, and the deliveries beside it are made."""
        command_bus.dispatch(order())
        mailer.failure = ValueError(text)
        with caplog.at_level(logging.CRITICAL, "cqrs"):  # pytest-xdist sends no half surrogates in the log it captured
            deliveries.drain()

        assert delivery(RECEIPT).status == "waiting"
        assert shown in delivery(RECEIPT).error

    def test_ends_as_a_dead_letter(self, anna: Context, mailer: ListMailer, clock: FrozenClock) -> None:
        """After its last attempt a delivery is dead and is not tried again."""
        command_bus.dispatch(order())
        mailer.failure = ConnectionResetError("mail server went away")
        for _ in range(5):
            deliveries.drain()
            clock.advance(timedelta(hours=1))

        assert (delivery(RECEIPT).status, delivery(RECEIPT).attempts) == ("dead", 3)

    def test_waits_longer_each_time(self) -> None:
        """The pause grows fourfold up to a quarter of an hour, and half of it is chance."""
        pauses = [[settle.delay(attempts).total_seconds() for _ in range(50)] for attempts in (1, 2, 3, 20)]

        for longest, drawn in zip((1, 4, 16, 900), pauses, strict=True):
            assert longest / 2 <= min(drawn) < max(drawn) <= longest

    def test_counts_an_attempt_that_killed_its_worker(
        self, anna: Context, mailer: ListMailer, clock: FrozenClock
    ) -> None:
        """An event that kills whoever takes it runs out of attempts without ever being run to the end."""
        command_bus.dispatch(order())
        Delivery.objects.exclude(subscriber_key=RECEIPT).delete()
        for _ in range(3):
            assert claim(long=False, limit=10)
            clock.advance(LEASE)
        deliveries.drain()

        assert (delivery(RECEIPT).status, delivery(RECEIPT).attempts) == ("dead", 4)
        assert "died 3 times" in delivery(RECEIPT).error
        assert mailer.sent == []

    def test_takes_what_lapsed_alone(self, anna: Context, mailer: ListMailer, clock: FrozenClock) -> None:
        """What killed its worker takes no other delivery down with it: all that was held is tried one by one."""
        command_bus.dispatch(order())
        assert len(claim(long=False, limit=10)) == 2
        clock.advance(LEASE)
        command_bus.dispatch(order(customer="Grace"))

        assert [each.worker.key for each in claim(long=False, limit=10)] == [RECEIPT]
        assert [each.worker.key for each in claim(long=False, limit=10)] == [LEDGER]
        assert [each.attempts for each in claim(long=False, limit=10)] == [1, 1]


class TestLease:
    def test_keeps_others_away_until_it_lapses(self, anna: Context, mailer: ListMailer, clock: FrozenClock) -> None:
        """What one worker holds, no other gets; after the lease another may take it."""
        command_bus.dispatch(order())
        (first,) = claim(long=True, limit=10)

        assert claim(long=True, limit=10) == []
        clock.advance(LEASE)
        (second,) = claim(long=True, limit=10)
        assert (first.id, 2) == (second.id, second.attempts)

    def test_heartbeat_prolongs_it(self, anna: Context, mailer: ListMailer, clock: FrozenClock) -> None:
        """A worker that gives signs of life keeps its delivery."""
        command_bus.dispatch(order())
        (held,) = claim(long=True, limit=10)
        for _ in range(5):
            clock.advance(LEASE / 2)
            HeldLease(held).heartbeat()

        assert claim(long=True, limit=10) == []

    def test_fences_out_whoever_lost_it(self, anna: Context, mailer: ListMailer, clock: FrozenClock) -> None:
        """The worker that comes late learns it at its heartbeat and at its acknowledgement, and its work is undone."""
        command_bus.dispatch(order())
        (late,) = claim(long=True, limit=10)
        clock.advance(LEASE)
        (owner,) = claim(long=True, limit=10)

        with pytest.raises(LeaseLostError):
            HeldLease(late).heartbeat()
        with pytest.raises(LeaseLostError), HeldLease(late).acknowledging():
            Effect.objects.create(by="late", note="undone")
        assert not Effect.objects.filter(by="late").exists()

        assert run(owner) is None
        assert delivery(PACK).status == "done"

    def test_undoes_the_work_of_a_late_short_worker(
        self, anna: Context, mailer: ListMailer, clock: FrozenClock
    ) -> None:
        """A short worker whose lease went to another has no effect at all; the other one has it once."""
        command_bus.dispatch(order())
        late = {each.worker.key: each for each in claim(long=False, limit=10)}[RECEIPT]
        clock.advance(LEASE)
        owner = {each.worker.key: each for each in claim(long=False, limit=10)}[RECEIPT]

        assert isinstance(run(late), LeaseLostError)
        assert run(owner) is None
        assert Effect.objects.filter(by="send_receipt").count() == 1

    def test_handing_back_costs_no_attempt(self, anna: Context, mailer: ListMailer) -> None:
        """A worker that stops returns what it had not begun, due at once."""
        command_bus.dispatch(order())
        asked = iter([False, True, True, True])
        deliveries.drain_lane(long=False, stopped=lambda: next(asked))

        assert {(RECEIPT, "waiting", 0), (LEDGER, "waiting", 0)} == set(
            Delivery.objects.exclude(subscriber_key=PACK).values_list("subscriber_key", "status", "attempts")
        )
        assert drain() == 4


class TestOrder:
    def test_a_dead_letter_halts_its_key_and_no_other(
        self, anna: Context, mailer: ListMailer, clock: FrozenClock
    ) -> None:
        """Later events of the same customer wait for the dead one; another customer's go on."""
        first = command_bus.dispatch(order(customer="Ada"))
        mailer.failure = ValueError("unreadable")
        deliveries.drain()
        mailer.failure = None
        command_bus.dispatch(order(customer="Ada"))
        other = command_bus.dispatch(order(customer="Grace"))
        drain()

        ledger = [text for text in mailer.sent if text.startswith("ledger")]
        assert [f"ledger {other}"] == ledger
        by_order = Delivery.objects.filter(subscriber_key=LEDGER).order_by("id").values_list("status", flat=True)
        assert list(by_order) == ["dead", "waiting", "done"]

        Delivery.objects.filter(subscriber_key=LEDGER, status="dead").update(status="waiting", attempts=0)
        drain()
        assert [first, first + 1] == [int(text.split()[-1]) for text in mailer.sent if "ledger" in text][1:]

    def test_gives_out_one_of_a_key_at_a_time(self, anna: Context, mailer: ListMailer) -> None:
        """While the first of a key runs, the second is not due; other keys are."""
        for customer in ("Ada", "Ada", "Grace"):
            command_bus.dispatch(order(customer=customer))

        held = [each for each in claim(long=False, limit=100) if each.worker.key == LEDGER]
        assert [Delivery.objects.get(pk=each.id).order_key for each in held] == ["Ada", "Grace"]


class TestStoredVersions:
    def test_hands_a_newer_event_back(self, anna: Context, mailer: ListMailer, clock: FrozenClock) -> None:
        """Older code that meets a newer version leaves it to newer code, without counting an attempt."""
        command_bus.dispatch(order())
        StoredEvent.objects.update(version=2)
        deliveries.drain()

        assert (delivery(RECEIPT).status, delivery(RECEIPT).attempts) == ("waiting", 0)
        assert "this code knows 1" in delivery(RECEIPT).error

    def test_buries_what_cannot_be_read(self, anna: Context, mailer: ListMailer) -> None:
        """A payload that is no such event is dead at once, with the reason."""
        command_bus.dispatch(order())
        StoredEvent.objects.update(payload="{}")
        deliveries.drain()

        assert {"dead"} == set(statuses().values())
        assert "order_id" in delivery(PACK).error

    def test_leaves_alone_what_it_does_not_know(self, anna: Context, mailer: ListMailer) -> None:
        """A row for a subscriber of other code is not claimed by this one."""
        command_bus.dispatch(order())
        Delivery.objects.filter(subscriber_key=PACK).update(subscriber_key="other.code")
        drain()

        assert (delivery("other.code").status, delivery("other.code").attempts) == ("waiting", 0)


class TestRecovery:
    def test_an_orphan_is_shown_and_delivered_once_its_key_is_back(self, anna: Context, mailer: ListMailer) -> None:
        """A row of a subscriber that is gone stops the deploy's check; under the old name it is delivered."""
        command_bus.dispatch(order())
        Delivery.objects.filter(subscriber_key=RECEIPT).update(subscriber_key="shop.gone")
        drain()
        (shown,) = check_deliveries(databases=["default"])
        assert (shown.id, "shop.gone" in shown.msg) == ("cqrs.E006", True)

        Delivery.objects.filter(subscriber_key="shop.gone").update(subscriber_key=RECEIPT)
        assert drain() == 1
        assert check_deliveries(databases=["default"]) == []

    def test_an_unreadable_event_is_delivered_once_it_can_be_read(self, anna: Context, mailer: ListMailer) -> None:
        """What was buried as unreadable is tried again when code that reads it is there and an operator says so."""
        command_bus.dispatch(order())
        payload = StoredEvent.objects.get().payload
        StoredEvent.objects.update(payload="{}")
        deliveries.drain()
        assert set(statuses().values()) == {"dead"}

        StoredEvent.objects.update(payload=payload)
        with acting_as(Actor.system("operator")):
            command_bus.dispatch(RetryDeadLetters(subscriber_key=RECEIPT))
        assert drain() == 1
        assert (delivery(RECEIPT).status, delivery(PACK).status) == ("done", "dead")


def test_every_worker_of_an_event_is_registered() -> None:
    """The registry knows the shop's workers by the keys that their rows carry."""
    assert {RECEIPT, LEDGER, PACK} == set(registry.entry(OrderPlaced).workers)
