"""Which text the check for strays takes for a write. Whole apps are checked in tests/migrating."""

from pathlib import Path
from textwrap import dedent

import pytest

from cqrs.strays.source import Module, read
from cqrs.strays.writes import writes_of


def module(text: str) -> Module:
    return read("shop", "shop.views", Path("shop/views.py"), dedent(text))


def written_lines(body: str) -> list[int]:
    found = module(
        "RAW = 'DELETE FROM shop_order'\ndef view(request, form, order, cursor, boxes, many, storage):\n" + body
    )
    return [node.lineno - 2 for function in found.functions.values() for node in writes_of(function)]


@pytest.mark.parametrize(
    "line",
    [
        "order.save()",
        "order.save(update_fields=['name'])",
        "super().save(*args, **kwargs)",
        "form.save()",
        "order.delete()",
        "Order.objects.create(name='x')",
        "Order.objects.filter(pk=1).update(name='x')",
        "Order.objects.all().delete()",
        "Order._default_manager.bulk_create(many)",
        "order.line_set.create(name='x')",
        "request.user.groups.add(1)",
        "request.user.auth_token_set.all().delete()",
        "await_me = Order.objects.acreate(name='x')",
        "found = Order.objects.get_or_create(name='x')",
        "self.get_queryset().update(name='x')",
        "cursor.execute('UPDATE shop_order SET name = 1')",
        "cursor.execute(f'INSERT INTO {table} VALUES (1)')",
        "cursor.execute(RAW)",
        "Order.objects.raw('WITH gone AS (DELETE FROM shop_order RETURNING id) SELECT * FROM gone')",
    ],
)
def test_finds_writes(line: str) -> None:
    """Every usual way of writing rows."""
    assert written_lines(f"    {line}\n") == [1]


@pytest.mark.parametrize(
    "line",
    [
        "storage.save('name', content)",
        "storage.delete('name')",
        "request.session.save()",
        "request.GET.update(name='x')",
        "boxes.add(1)",
        "boxes.update({'a': 1})",
        "Order.objects.filter(pk=1).values()",
        "cursor.execute('SELECT 1')",
        "command_bus.dispatch(DeleteOrder(order_id=1))",
        "Factory.create(name='x')",
    ],
)
def test_lets_other_calls_be(line: str) -> None:
    """What only sounds like a write."""
    assert written_lines(f"    {line}\n") == []


def test_follows_a_queryset_through_a_name() -> None:
    """A queryset that was given a name, or comes as a parameter, is still one."""
    body = "    chosen = Order.objects.filter(pk=1)\n    later = chosen.exclude(pk=2)\n    later.update(name='x')\n"
    page = module("def archive(self, request, queryset):\n    queryset.update(name='x')\n")

    assert written_lines(body) == [3]
    assert len(writes_of(page.functions["archive"])) == 1


def test_knows_what_a_name_means() -> None:
    """Imports of every form, this module's own functions, and the methods of a class."""
    found = module(
        """
        import shop.models
        import shop.models as tables
        from shop import models
        from shop.models import Order as Bought
        from . import forms
        """
    )

    assert found.imports == {
        "shop": "shop",
        "tables": "shop.models",
        "models": "shop.models",
        "Bought": "shop.models.Order",
        "forms": "shop.forms",
    }


def test_an_allowance_needs_a_reason() -> None:
    """The comment counts on any line of the statement or on the line above, and only with a reason."""
    found = module(
        """
        def view(order):
            order.save()  # stray: made before there are commands
            # stray: the same
            order.save(
                force_insert=True,
            )
            order.save()  # stray:
        """
    )

    writes = writes_of(found.functions["view"])
    assert [found.allowance(node) is not None for node in writes] == [True, True, False]
