"""Which text the check for strays takes for a write. Whole apps are checked in tests/migrating."""

from pathlib import Path
from textwrap import dedent

import pytest
from django.contrib import admin

from cqrs.strays import strays
from cqrs.strays.editors import editable_admin_pages
from cqrs.strays.source import Module, read
from cqrs.strays.writes import writes_of
from tests.cqrs.shop.models import Effect, Order


def module(text: str, name: str = "shop.views") -> Module:
    path = Path(*name.split(".")).with_suffix(".py")
    return read("shop", name, path, dedent(text))


def found_in(**modules: str) -> list[str]:
    """What is found in an app of these modules, as place and rule."""
    app = {f"shop.{name}": module(text, f"shop.{name}") for name, text in modules.items()}
    return [f"{stray.path}:{stray.line} {stray.rule}" for stray in strays(app)]


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


class TestRules:
    def test_helpers_of_handlers_may_write(self) -> None:
        """What commands import, and what that imports, writes for them; whatever nobody there imports is a door."""
        writing = "def run(order):\n    order.save()\n"
        found = found_in(
            commands="from shop.pricing import price",
            pricing="from shop import tables\n" + writing,
            tables=writing,
            views=writing,
        )

        assert found == ["shop/views.py:2 write"]

    def test_doors_do_not_call_what_writes(self) -> None:
        """Neither a helper, nor a handler past the bus, nor a function that leads there; nor their own twice."""
        found = found_in(
            commands="from shop.pricing import price\n@Place.handler\ndef place(command):\n    price(command)\n",
            pricing="def price(order):\n    order.save()\n",
            views="""
            from shop.commands import place
            from shop.pricing import price

            def local(order):
                order.delete()

            def view(order):
                local(order)
                price(order)
                place(order)
            """,
        )

        assert found == ["shop/views.py:6 write", "shop/views.py:10 call", "shop/views.py:11 call"]

    def test_handlers_may_stand_anywhere(self) -> None:
        """A decorated function is a handler wherever it is written; the one beside it is not."""
        text = "@Placed.worker(key='a')\ndef pack(event):\n    event.save()\n\ndef view(order):\n    order.save()\n"

        assert found_in(orders=text) == ["shop/orders.py:6 write"]

    def test_an_allowance_that_allows_nothing_is_told(self) -> None:
        """A reason outlives its line easily; with the line it is in order."""
        idle = "def view(order):\n    return order  # stray: the first account\n"

        assert found_in(views=idle) == ["shop/views.py:2 idle"]
        assert found_in(views=idle.replace("return order", "order.save()")) == []

    def test_admin_pages_that_edit_are_known(self) -> None:
        """A plain page edits rows; one that refuses, or saves in a way of its own, does not."""
        site = admin.AdminSite("try")
        plain = type("Plain", (admin.ModelAdmin,), {"__module__": "shop.admin"})
        refusing = {name: lambda *_: False for name in ("has_add_permission", "has_change_permission")}
        refusing["has_delete_permission"] = lambda *_: False
        site.register(Order, plain)
        site.register(Effect, type("Refusing", (admin.ModelAdmin,), {"__module__": "shop.admin", **refusing}))

        ours = {name for name in editable_admin_pages() if name.startswith("shop.")}
        site.unregister([Order, Effect])

        assert ours == {"shop.admin.Plain"}
