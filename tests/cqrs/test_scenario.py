"""given, when and then: what they show, and what they say when a test is wrong."""

from datetime import timedelta
from decimal import Decimal
from typing import assert_type
from unittest.mock import ANY

import pytest

from cqrs import Actor, Clock, Event, InvalidMessageError, NotAllowedError, services
from cqrs.testing import Fakes, FrozenClock, Given
from tests.cqrs.conftest import ANNA, order
from tests.cqrs.shop.commands.pack_order import PackOrder
from tests.cqrs.shop.commands.place_order import OrderTooLargeError
from tests.cqrs.shop.events import OrderId, OrderPacked, OrderPlaced
from tests.cqrs.shop.mailer import ListMailer, Mailer
from tests.cqrs.shop.models import Effect

PLACED = OrderPlaced(order_id=OrderId(7), customer="Ada", total=Decimal(1))


class TestThen:
    def test_shows_events_and_answer(self, given: Given) -> None:
        """The events of the command's transaction, and what the handler returned, typed."""
        outcome = given.when(order(), by=ANNA)

        assert_type(outcome.answer, OrderId)
        outcome.then(OrderPlaced(order_id=outcome.answer, customer="Ada", total=Decimal("10.00")))
        outcome.answers(outcome.answer).then(OrderPlaced)

    def test_shows_what_the_workers_do_afterwards(self, given: Given) -> None:
        """`later` gives the workers their turn."""
        given.when(order(), by=ANNA).then(OrderPlaced).later(OrderPacked(order_id=ANY))

    def test_takes_what_happened_for_granted(self, given: Given) -> None:
        """Commands and events that are given are done, with all that workers did about them, and not counted."""
        packing = PackOrder(order_id=OrderId(7))

        given(order(), PLACED, by=ANNA).when(packing, by=Actor.system("test")).then(OrderPacked(order_id=OrderId(7)))

        assert Effect.objects.filter(by="pack_order").count() == 3


class TestFails:
    def test_knows_the_refusal(self, given: Given) -> None:
        """The class, the fields, and a part of the text."""
        given.when(order(), by=Actor.anonymous()).fails(NotAllowedError, saying="Sign in")
        given.when(order(customer="", total="-1"), by=ANNA).fails(InvalidMessageError, fields=("customer", "total"))
        given.when(order(total="1001"), by=ANNA).fails(OrderTooLargeError)

    def test_lets_no_refusal_pass_unseen(self) -> None:
        """A test that sends a command and looks at nothing does not stay green when it is refused."""
        story = Given()
        story.when(order(), by=Actor.anonymous())

        with pytest.raises(NotAllowedError):
            story.finish()


@pytest.mark.django_db
class TestMessages:
    def test_name_the_first_difference(self) -> None:
        """Both lists, and the field that is not as expected."""
        outcome = Given().when(order(), by=ANNA)

        with pytest.raises(AssertionError) as failure:
            outcome.then(OrderPlaced(order_id=outcome.answer, customer="Bob", total=Decimal("10.00")))

        assert "published something else" in str(failure.value)
        assert str(failure.value).endswith("first difference: customer is 'Ada' and not 'Bob'")

    def test_name_what_is_missing_and_what_is_too_much(self) -> None:
        """Another kind of event, or none."""
        outcome = Given().when(order(), by=ANNA)

        with pytest.raises(AssertionError, match="OrderPacked was expected, OrderPlaced came"):
            outcome.then(OrderPacked)
        with pytest.raises(AssertionError, match=r"expected: nothing\n actual:\n  OrderPlaced"):
            outcome.then()

    def test_tell_of_the_refusal_instead_of_events(self) -> None:
        """Whoever expects events of a command that was refused reads why, and sees the refusal's own traceback."""
        outcome = Given().when(order(total="1001"), by=ANNA)

        with pytest.raises(AssertionError, match="was refused: 1001 is more than 1000") as failure:
            outcome.then(OrderPlaced)

        assert isinstance(failure.value.__cause__, OrderTooLargeError)

    @pytest.mark.parametrize(
        ("total", "told"),
        [
            ("1", r"should fail with InvalidMessageError, but it answered \d+ and published \n  OrderPlaced"),
            ("1001", "should fail with InvalidMessageError, but failed with OrderTooLargeError: 1001 is more"),
            ("-1", r"should refuse \('customer',\), but refused \{'total'"),
        ],
    )
    def test_tell_of_another_end(self, total: str, told: str) -> None:
        """It succeeded, failed otherwise, or named another field."""
        with pytest.raises(AssertionError, match=told):
            Given().when(order(total=total), by=ANNA).fails(InvalidMessageError, fields=("customer",))

    def test_compare_answers_and_texts(self) -> None:
        """The answer and the wording that was expected stand beside what came."""
        with pytest.raises(AssertionError, match=r"expected answer: -1\n  actual answer:   \d+"):
            Given().when(order(), by=ANNA).answers(OrderId(-1))
        with pytest.raises(AssertionError, match="should say 'Log in', but said 'Sign in first"):
            Given().when(order(), by=Actor.anonymous()).fails(NotAllowedError, saying="Log in")


class TestFixtures:
    def test_fake_replaces_a_service(self, given: Given, fake: Fakes) -> None:
        """One line, typed as the replacement is."""
        mailer = fake(Mailer, ListMailer())

        given(order(), by=ANNA)

        assert "Ada owes 10.00" in mailer.sent

    def test_the_clock_stands(self, frozen_clock: FrozenClock) -> None:
        """Until the test moves it."""
        before = services.get(Clock).now()
        frozen_clock.advance(timedelta(hours=1))
        after = services.get(Clock).now()
        frozen_clock.move_to(before)

        assert (after - before, services.get(Clock).now()) == (timedelta(hours=1), before)

    def test_events_are_seen(self, given: Given, events: list[Event]) -> None:
        """Whatever was published since the test began, by whom ever."""
        given(PLACED)

        assert [PLACED, OrderPacked(order_id=OrderId(7))] == events
