"""The guard on the connection: whose writes it refuses, and whose it lets through."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from cqrs import Context, command_bus
from cqrs.testing import Given, StrayWriteError, drain, only_handlers_write, writing_anyway
from tests.cqrs.conftest import order
from tests.cqrs.shop.models import Effect, Order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def guard(db: None) -> Iterator[None]:
    with only_handlers_write("shop"):
        yield


def _view() -> None:
    Order.objects.create(customer="Ada", total=Decimal(1))


class TestRefuses:
    def test_a_write_outside_of_a_handler(self) -> None:
        """The error names file, line and function of whoever writes, the table, and what to do."""
        with pytest.raises(StrayWriteError) as refusal, transaction.atomic():
            _view()

        line = _view.__code__.co_firstlineno + 1
        told = f"{__file__}:{line} in _view writes to shop_order outside of a handler. Make it a command and dispatch"
        assert str(refusal.value).startswith(told)
        assert not Order.objects.exists()

    def test_changes_deletions_and_raw_statements(self) -> None:
        """However the statement is made."""
        with writing_anyway():
            made = Order.objects.create(customer="Ada", total=Decimal(1))
        made.customer = "Bob"

        with pytest.raises(StrayWriteError), transaction.atomic():
            made.save()
        with pytest.raises(StrayWriteError), transaction.atomic():
            Order.objects.all().delete()
        with pytest.raises(StrayWriteError), transaction.atomic():
            Order.objects.bulk_create([Order(customer="Eve", total=Decimal(1))])
        with pytest.raises(StrayWriteError), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO shop_effect (by, note) VALUES (%s, %s)", [("a", "b")])
        assert [str(each) for each in Order.objects.all()] == ["Ada: 1.00"]


class TestAllows:
    def test_handlers_subscribers_and_workers(self, anna: Context) -> None:
        """What a bus or a worker runs may write."""
        command_bus.dispatch(order())
        drain()

        assert set(Effect.objects.values_list("by", flat=True)) >= {"count_order", "send_receipt", "pack_order"}

    def test_what_is_given(self, anna: Context, given: Given) -> None:
        """The test kit sends messages as everybody does."""
        given(order())

        assert Order.objects.count() == 1

    def test_tables_of_other_apps(self) -> None:
        """Only the named apps are guarded."""
        User.objects.create(username="ada")

        assert User.objects.filter(username="ada").exists()
