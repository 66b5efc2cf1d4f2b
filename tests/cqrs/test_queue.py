"""Commands sent to the workers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from cqrs import (
    Actor,
    Clock,
    Command,
    ConflictError,
    Context,
    InvalidMessageError,
    NotAllowedError,
    QueuedId,
    acting_as,
    anyone,
    command_bus,
    current_context,
    deliveries,
    services,
)
from cqrs.commands.replay_events import ReplayEvents
from cqrs.commands.retry_delivery import RetryDelivery
from cqrs.errors import MisuseError
from cqrs.models import Delivery, StoredEvent
from cqrs.queue import KEY, QueuedCommandNotFoundError, TooLateToCancelError
from cqrs.testing import FrozenClock, drain, isolated_registry
from tests.cqrs.conftest import ANNA, order
from tests.cqrs.shop.commands.place_order import OrderTooLargeError
from tests.cqrs.shop.models import Order

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def account() -> User:
    """Anna's: only who has one has commands carried out in his name."""
    return User.objects.create(pk=1, username="anna")


def delivery(queued_id: QueuedId) -> Delivery:
    return Delivery.objects.get(subscriber_key=KEY, event__stream=f"queued:{queued_id}")


class TestEnqueue:
    def test_has_a_worker_do_it_in_the_senders_name(self, anna: Context) -> None:
        """The order is placed later, by Anna, in the conversation in which she sent it, because of the sending."""
        queued_id = command_bus.enqueue(order())
        assert not Order.objects.exists()

        drain()

        placed, sent = StoredEvent.objects.get(name="OrderPlaced"), delivery(queued_id).event
        assert Order.objects.get().customer == "Ada"
        assert (placed.actor_kind, placed.actor_id, placed.actor_name, placed.source) == ("user", 1, "anna", "worker")
        assert (placed.correlation_id, placed.causation_id) == (anna.correlation_id, sent.id)

    def test_is_undone_with_the_transaction_around_it(self, anna: Context) -> None:
        """A command queued by a change that was rolled back is never done."""
        with transaction.atomic():
            command_bus.enqueue(order())
            transaction.set_rollback(True)

        drain()

        assert not Order.objects.exists()

    def test_refuses_at_once_whom_dispatch_would_refuse(self) -> None:
        """A stranger queues nothing."""
        with pytest.raises(NotAllowedError):
            command_bus.enqueue(order())

        assert not StoredEvent.objects.exists()

    def test_refuses_at_once_what_is_invalid(self, anna: Context) -> None:
        """What is wrong with the message itself is told to the sender, not to the worker."""
        with pytest.raises(InvalidMessageError) as caught:
            command_bus.enqueue(order(customer=""))

        assert list(caught.value.fields) == ["customer"]

    def test_keeps_the_order_of_a_key(self, anna: Context) -> None:
        """Of two commands with the same order the second waits for the first, also for one that has to be retried."""
        first = command_bus.enqueue(order(total="1000.01"), order_by="ada")
        second = command_bus.enqueue(order(), order_by="ada")
        deliveries.drain()

        assert (delivery(first).status, delivery(second).status) == ("waiting", "waiting")
        assert not Order.objects.exists()


class TestSchedule:
    def test_waits_for_its_time(self, anna: Context) -> None:
        """It is not done a second before, and done then."""
        clock = FrozenClock(NOON)
        with services.overriding(Clock, clock):
            command_bus.enqueue(order(), at=NOON + timedelta(hours=2))
            clock.advance(timedelta(hours=2, seconds=-1))
            drain()
            assert not Order.objects.exists()

            clock.advance(timedelta(seconds=1))
            drain()

        assert Order.objects.exists()

    def test_wants_a_time_zone(self, anna: Context) -> None:
        """Twelve o'clock somewhere is no time."""
        with pytest.raises(MisuseError, match="time zone"):
            command_bus.enqueue(order(), at=NOON.replace(tzinfo=None))


class TestCancel:
    def test_takes_back_what_waits(self, anna: Context) -> None:
        """It is never done, and the log says who took it back."""
        queued_id = command_bus.enqueue(order(), at=datetime.now(UTC) + timedelta(hours=1))
        command_bus.cancel(queued_id)

        cancelled = StoredEvent.objects.get(name="QueuedCommandCancelled")
        assert (delivery(queued_id).status, cancelled.actor_name) == ("skipped", "anna")

    def test_outlives_a_replay(self, anna: Context) -> None:
        """A part of the log that is replayed does the other commands in it again, and not what was taken back."""
        command_bus.dispatch(order("Ada"))
        command_bus.cancel(command_bus.enqueue(order("Bob")))
        command_bus.enqueue(order("Eve"))
        last = StoredEvent.objects.latest("sequence").pk
        drain()

        with acting_as(Actor.system("operator")):
            command_bus.dispatch(ReplayEvents(subscriber_key=KEY, first=1, last=last))
        drain()

        assert sorted(Order.objects.values_list("customer", flat=True)) == ["Ada", "Eve", "Eve"]

    def test_is_too_late_for_what_is_done(self, anna: Context) -> None:
        """What was done cannot be cancelled, and neither can what was cancelled."""
        done, cancelled = command_bus.enqueue(order()), command_bus.enqueue(order())
        command_bus.cancel(cancelled)
        drain()

        for queued_id in (done, cancelled):
            with pytest.raises(TooLateToCancelError):
                command_bus.cancel(queued_id)

    def test_is_for_whoever_may_send_the_command(self, anna: Context) -> None:
        """A stranger cancels nothing."""
        queued_id = command_bus.enqueue(order())

        with acting_as(Actor.anonymous()), pytest.raises(NotAllowedError):
            command_bus.cancel(queued_id)

        assert delivery(queued_id).status == "waiting"

    def test_does_not_know_every_number(self, anna: Context) -> None:
        """A made-up id is no queued command."""
        with pytest.raises(QueuedCommandNotFoundError):
            command_bus.cancel(QueuedId(UUID(int=uuid4().int)))


class TestRun:
    @pytest.mark.parametrize("change", ["deactivated", "removed"])
    def test_does_nothing_in_the_name_of_whose_account_is_gone(self, anna: Context, account: User, change: str) -> None:
        """A dead letter that says so, at the first attempt; once the account is back an operator may retry it."""
        queued_id = command_bus.enqueue(order())
        if change == "removed":
            account.delete()
        User.objects.update(is_active=False)

        assert len(deliveries.drain().errors) == 1

        dead = delivery(queued_id)
        assert (dead.status, dead.attempts, Order.objects.count()) == ("dead", 1, 0)
        assert "The account of anna was deactivated or removed" in dead.error

    def test_is_not_retried_before_its_time(self, anna: Context) -> None:
        """An operator who retries what is scheduled is told for when it is, and nothing is done early."""
        queued_id = command_bus.enqueue(order(), at=datetime(2100, 1, 1, tzinfo=UTC))
        with (
            acting_as(Actor.system("operator")),
            pytest.raises(ConflictError, match="scheduled for 2100-01-01"),
        ):
            command_bus.dispatch(RetryDelivery(delivery_id=delivery(queued_id).pk))

        drain()

        assert (delivery(queued_id).status, Order.objects.count()) == ("waiting", 0)

    def test_keeps_its_time_when_a_replay_makes_its_delivery(self, anna: Context) -> None:
        """A row that was lost is made again with the time that the event names."""
        command_bus.enqueue(order(), at=datetime(2100, 1, 1, tzinfo=UTC))
        event = StoredEvent.objects.get(name="CommandQueued")
        Delivery.objects.all().delete()
        with acting_as(Actor.system("operator")):
            command_bus.dispatch(ReplayEvents(subscriber_key=KEY, first=event.sequence, last=event.sequence))

        drain()

        assert (Delivery.objects.get(event=event).available_at.year, Order.objects.count()) == (2100, 0)

    def test_asks_again_whether_the_sender_may(self) -> None:
        """Who lost the right meanwhile is refused when it is done; no repetition heals that, so it is dead at once."""
        allowed = [True]

        def while_allowed(_message: object, _actor: Actor) -> None:
            if not allowed[0]:
                raise NotAllowedError

        with isolated_registry():

            class Sweep(Command[None], requires=while_allowed): ...

            @Sweep.handler
            def sweep(command: Sweep) -> None:
                raise AssertionError("It must not come to this.")

            with acting_as(ANNA):
                queued_id = command_bus.enqueue(Sweep())
            allowed.clear()
            allowed.append(False)
            deliveries.drain()

        assert (delivery(queued_id).status, delivery(queued_id).attempts) == ("dead", 1)

    def test_tries_again_what_may_succeed_later(self, anna: Context) -> None:
        """Another refusal of the domain is retried like any error."""
        queued_id = command_bus.enqueue(order(total="1000.01"))
        drained = deliveries.drain()

        assert isinstance(drained.errors[0], OrderTooLargeError)
        assert (delivery(queued_id).status, delivery(queued_id).attempts) == ("waiting", 1)

    def test_carries_whatever_a_command_carries(self, anna: Context) -> None:
        """Decimals, dates and nothing at all arrive as they were sent."""
        with isolated_registry():

            class Note(Command[None], requires=anyone):
                amount: Decimal
                at: datetime
                text: str | None

            seen: list[tuple[Note, Actor]] = []

            @Note.handler
            def note(command: Note) -> None:
                seen.append((command, current_context().actor))

            sent = Note(amount=Decimal("1.10"), at=NOON, text=None)
            command_bus.enqueue(sent)
            drain()

        assert seen == [(sent, ANNA)]

    def test_waits_for_code_that_knows_the_command(self, anna: Context) -> None:
        """A command that this code does not know is handed back, and that counts as no attempt."""
        with isolated_registry():

            class Newer(Command[None], requires=anyone): ...

            queued_id = command_bus.enqueue(Newer())
        deliveries.drain()

        assert (delivery(queued_id).status, delivery(queued_id).attempts) == ("waiting", 0)
        assert "No command is called Newer" in delivery(queued_id).error
