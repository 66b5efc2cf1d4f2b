"""One key, one effect."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NewType
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cqrs import (
    Actor,
    Clock,
    Command,
    InvalidMessageError,
    NotAllowedError,
    acting_as,
    anyone,
    command_bus,
    current_context,
    idempotency,
    services,
    signed_in,
)
from cqrs.errors import MisuseError
from cqrs.idempotency import KEPT_FOR, AnswerOutdatedError, IdempotencyKeyInFlightError, IdempotencyKeyReusedError
from cqrs.models import IdempotencyRecord
from cqrs.testing import FrozenClock, isolated_registry
from tests.cqrs.conftest import ANNA, order
from tests.cqrs.shop.commands.place_order import OrderTooLargeError, PlaceOrder
from tests.cqrs.shop.events import OrderId
from tests.cqrs.shop.models import Order

BERT = Actor("user", 2, "bert")

pytestmark = pytest.mark.django_db


def place(command: PlaceOrder, key: str = "k1", actor: Actor = ANNA) -> tuple[OrderId, bool]:
    """The answer, and whether it is a repeated one."""
    with acting_as(actor, idempotency_key=key) as context:
        context.notes.clear()
        return command_bus.dispatch(command), "Idempotent-Replayed" in context.notes


class TestRepeat:
    def test_gets_the_first_answer_and_does_nothing(self) -> None:
        """The second order with one key is the first one."""
        first, second = place(order()), place(order())

        assert (first[1], second) == (False, (first[0], True))
        assert Order.objects.count() == 1

    def test_with_other_content_is_a_conflict(self) -> None:
        """A key stands for one request; used for another it is refused, and nothing is done."""
        place(order())

        with pytest.raises(IdempotencyKeyReusedError):
            place(order(total="11.00"))
        assert Order.objects.count() == 1

    def test_of_a_refused_command_is_tried_anew(self) -> None:
        """A failure leaves no record: the same key works once its cause is gone."""
        with pytest.raises(OrderTooLargeError):
            place(order(total="1000.01"))

        assert place(order()) == (Order.objects.get().pk, False)

    def test_of_another_person_is_no_repeat(self) -> None:
        """Two people who choose the same key do not learn of each other."""
        first, second = place(order()), place(order(total="11.00"), actor=BERT)

        assert (second[1], first[0] == second[0]) == (False, False)

    def test_of_what_ended_the_right_to_it_gets_the_answer_too(self) -> None:
        """Who left with the first request is told the same again; under another key, and for others, it is refused."""
        allowed = {ANNA.name}

        def members(_message: object, actor: Actor) -> None:
            if actor.name not in allowed:
                raise NotAllowedError

        with isolated_registry():

            class Tell(Command[str], requires=members): ...

            @Tell.handler
            def tell(command: Tell) -> str:
                return "secret"

            with acting_as(ANNA, idempotency_key="k"):
                assert command_bus.dispatch(Tell()) == "secret"
                allowed.clear()
                assert command_bus.dispatch(Tell()) == "secret"
            for actor, key in ((ANNA, "other"), (BERT, "k"), (ANNA, "\x00")):
                with acting_as(actor, idempotency_key=key), pytest.raises(NotAllowedError):
                    command_bus.dispatch(Tell())

    def test_after_a_day_is_a_new_request(self) -> None:
        """The key is forgotten after 24 hours, also where no sweep came by."""
        clock = FrozenClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
        with services.overriding(Clock, clock):
            first = place(order())
            clock.advance(KEPT_FOR - timedelta(seconds=1))
            assert place(order()) == (first[0], True)

            clock.advance(timedelta(seconds=1))
            second = place(order(total="11.00"))

        assert (second[1], Order.objects.count(), IdempotencyRecord.objects.count()) == (False, 2, 1)

    def test_of_strangers_is_no_repeat(self) -> None:
        """Nobody knows whether two anonymous callers are one: their keys are not looked at."""
        with isolated_registry():

            class Count(Command[int], requires=anyone): ...

            calls: list[Count] = []

            @Count.handler
            def count(command: Count) -> int:
                calls.append(command)
                return len(calls)

            with acting_as(Actor.anonymous(), idempotency_key="k"):
                answers = [command_bus.dispatch(Count()), command_bus.dispatch(Count())]

        assert answers == [1, 2]

    def test_whose_answer_this_code_cannot_read_is_a_conflict(self) -> None:
        """After a deploy that changed the answer's type: done once, and the caller is told so."""
        place(order())
        IdempotencyRecord.objects.update(answer='{"order": 1}')

        with pytest.raises(AnswerOutdatedError, match="Expected `int`, got `object`"):
            place(order())
        assert Order.objects.count() == 1


class TestKey:
    def test_belongs_to_the_outer_command(self) -> None:
        """A command dispatched inside has no key; so the same one twice is done twice."""
        with isolated_registry():

            class Twice(Command[None], requires=signed_in): ...

            keys: list[str | None] = []

            @Twice.handler
            def twice(command: Twice) -> None:
                keys.append(current_context().idempotency_key)
                command_bus.dispatch(order())
                command_bus.dispatch(order())

            with acting_as(ANNA, idempotency_key="k"):
                command_bus.dispatch(Twice())
                command_bus.dispatch(Twice())

        assert (keys, Order.objects.count()) == ([None], 2)

    def test_used_inside_its_own_command_is_in_flight(self) -> None:
        """A handler that takes its own key up again cannot wait for itself."""
        with isolated_registry():

            class Again(Command[None], requires=signed_in): ...

            @Again.handler
            def again(command: Again, actor: Actor) -> None:
                with acting_as(actor, idempotency_key="k"):
                    command_bus.dispatch(Again())

            with acting_as(ANNA, idempotency_key="k"), pytest.raises(IdempotencyKeyInFlightError):
                command_bus.dispatch(Again())

    @pytest.mark.parametrize("key", ["", "x" * 201, "a\nb"])
    def test_has_to_be_readable(self, key: str) -> None:
        """An empty, endless or unprintable key is refused, not cut."""
        with pytest.raises(InvalidMessageError, match="1 to 200"):
            place(order(), key=key)


class TestPurge:
    def test_forgets_what_is_older_than_a_day(self) -> None:
        """The records of yesterday go, those of today stay."""
        clock = FrozenClock(datetime(2026, 11, 23, 12, tzinfo=UTC))
        with services.overriding(Clock, clock):
            place(order(), key="old")
            clock.advance(KEPT_FOR)
            place(order(), key="new")

            assert idempotency.purge() == 1

        assert [record.key for record in IdempotencyRecord.objects.all()] == ["new"]


def test_an_answer_that_cannot_be_given_again_is_a_mistake() -> None:
    """It is found at the first request with a key, not at its repeat."""
    with isolated_registry():

        class Make(Command[object], requires=signed_in): ...

        @Make.handler
        def make(command: Make) -> object:
            return object()

        with acting_as(ANNA, idempotency_key="k"), pytest.raises(MisuseError, match="plain values"):
            command_bus.dispatch(Make())


ParcelId = NewType("ParcelId", int)


@dataclass(frozen=True)
class Parcel:
    parcel_id: ParcelId
    weight: Decimal
    sent: date | None
    seals: tuple[UUID, ...]
    notes: str


PARCELS = st.builds(
    Parcel,
    parcel_id=st.integers(0, 2**53).map(ParcelId),
    weight=st.decimals(allow_nan=False, allow_infinity=False, places=3),
    sent=st.none() | st.dates(),
    seals=st.lists(st.uuids(), max_size=3).map(tuple),
    notes=st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
)


class TestAnswers(TestCase):
    @given(parcel=PARCELS)
    def test_come_back_as_what_they_were(self, parcel: Parcel) -> None:
        """Whatever plain values an answer is made of, its repeat is equal and of the same types."""
        with isolated_registry():

            class Send(Command[Parcel], requires=signed_in): ...

            @Send.handler
            def send(command: Send) -> Parcel:
                return parcel

            with acting_as(ANNA, idempotency_key="k"):
                first, second = command_bus.dispatch(Send()), command_bus.dispatch(Send())

        assert first is parcel
        assert second is not parcel
        assert second == parcel
