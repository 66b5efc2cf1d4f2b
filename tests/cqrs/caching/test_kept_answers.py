"""What a kept answer saves, who gets it, and which events end it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from secrets import token_hex
from threading import Event as Bell
from time import sleep
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.db import transaction
from django.test import override_settings

from cqrs import Cache, NotAllowedError, Page, Query, acting_as, anyone, query_bus, services
from cqrs.caching.answers import AnswerCache, NoAnswers
from cqrs.caching.invalidation import KEY
from cqrs.errors import WriteInQueryError
from cqrs.models import Delivery
from cqrs.testing import drain, isolated_registry
from tests.cqrs.caching.totals import BEN, Shop, Total, in_thread, nothing
from tests.cqrs.conftest import ANNA
from tests.cqrs.shop.models import Order


class TestAKeptAnswer:
    def test_is_computed_once(self, shop: Shop) -> None:
        """The second answer equals the first, in type and value, and no handler ran for it."""
        shop.sells()
        with acting_as(ANNA):
            first, second = (query_bus.ask(shop.get_total(customer="Ada")) for _ in range(2))

        assert Total("Ada", 1, Decimal("10.50"), "anna") == first == second
        assert shop.computed == 1

    @pytest.mark.postgres
    def test_costs_one_look(self, shop: Shop, answers: AnswerCache) -> None:
        """Answer and token are read together, and nothing else is asked of the cache."""
        shop.orders()
        asked: list[str] = []

        class Counting:
            def __getattr__(self, name: str) -> Any:
                asked.append(name)
                return getattr(cache, name)

        answers._of_thread.cache = Counting()
        shop.orders()

        assert asked == ["get_many"]

    def test_is_the_askers_own(self, shop: Shop) -> None:
        """Two actors never share an answer unless the policy says so."""
        with acting_as(ANNA):
            query_bus.ask(shop.get_total(customer="Ada"))
        with acting_as(BEN):
            seen_by = query_bus.ask(shop.get_total(customer="Ada")).seen_by

        assert seen_by == "ben"

    def test_is_everybodys_where_the_policy_says_so(self, transactional_db: None, answers: AnswerCache) -> None:
        """With same_for_all the second actor gets what was computed for the first."""
        with isolated_registry():
            shop = Shop(same_for_all=True)
            shop.orders()
            shop.orders(actor=BEN)

        assert shop.computed == 1

    def test_is_refused_to_whom_the_query_is_refused(self, shop: Shop) -> None:
        """Authorisation stands before the cache: an answer that is there is not given to somebody who may not ask."""
        shop.orders()
        shop.allowed = False

        with pytest.raises(NotAllowedError):
            shop.orders()

    def test_lives_as_long_as_declared(self, transactional_db: None, answers: AnswerCache) -> None:
        """After its lifetime it is computed again."""
        with isolated_registry():
            shop = Shop(seconds=1)
            shop.orders()
            sleep(1.1)
            shop.orders()

        assert shop.computed == 2

    def test_is_neither_given_nor_kept_inside_a_transaction(self, shop: Shop) -> None:
        """A transaction sees its own writes, and what it might take back never becomes an answer of others."""
        assert shop.orders() == 0
        with transaction.atomic():
            shop.sells()
            assert shop.orders() == 1
            transaction.set_rollback(True)

        assert shop.orders() == 0

    def test_does_not_hide_a_write(self, shop: Shop) -> None:
        """A handler that writes fails although its query has a policy, and nothing is kept of it."""
        shop.before_answering = lambda: Order.objects.create(customer="sneaky", total=1)
        for _ in range(2):
            with pytest.raises(WriteInQueryError):
                shop.orders()

        assert (shop.computed, Order.objects.count()) == (2, 0)

    def test_may_be_asked_for_by_a_list(self, transactional_db: None, answers: AnswerCache) -> None:
        """What is asked tells answers apart by its content, also where Python cannot hash it."""
        computed = []
        with isolated_registry():

            class Add(Query[int], requires=anyone, name=f"Add-{token_hex(4)}", cache=Cache(seconds=60)):
                numbers: list[int]

            @Add.handler
            def add(query: Add) -> int:
                computed.append(query.numbers)
                return sum(query.numbers)

            found = [query_bus.ask(Add(numbers=numbers)) for numbers in ([1, 2], [3], [1, 2])]

        assert (found, computed) == ([3, 3, 3], [[1, 2], [3]])


class TestAnEvent:
    def test_ends_answers_with_its_commit(self, shop: Shop) -> None:
        """Right after the commit the next answer is computed anew; no worker has run yet."""
        shop.orders()
        shop.sells()

        assert shop.orders() == 1
        assert Delivery.objects.get(subscriber_key=KEY).status == "waiting"

    @pytest.mark.postgres
    def test_leaves_other_keys_alone(self, shop: Shop) -> None:
        """What Ada buys does not touch what Grace was answered."""
        shop.orders("Grace")
        shop.sells("Ada")
        shop.orders("Grace")

        assert shop.computed == 1

    def test_ends_nothing_when_it_is_rolled_back(self, shop: Shop) -> None:
        """An event that never happened ends no answer."""
        shop.orders()
        with transaction.atomic():
            shop.sells()
            transaction.set_rollback(True)
        shop.orders()

        assert shop.computed == 1

    def test_ends_an_answer_that_is_being_computed(self, shop: Shop) -> None:
        """What was read before the commit and is kept after it is given to nobody else."""
        read, committed = Bell(), Bell()

        def dawdle() -> None:
            read.set()
            committed.wait(10)

        shop.before_answering = dawdle
        with ThreadPoolExecutor(1) as beside:
            slow = beside.submit(in_thread, shop.orders)
            read.wait(10)
            shop.before_answering = nothing
            shop.sells()
            fresh = shop.orders()
            committed.set()

            assert (slow.result(10), fresh, shop.orders()) == (0, 1, 1)

    @pytest.mark.postgres
    def test_takes_effect_by_its_delivery_where_the_short_cut_failed(
        self, shop: Shop, answers: AnswerCache, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process that dies after the commit, or cannot reach the cache then, loses no invalidation."""
        shop.orders()
        with monkeypatch.context() as patch:
            patch.setattr(answers, "end_if_reachable", lambda _tags: None)
            shop.sells()
        assert shop.orders() == 0

        drain()

        assert shop.orders() == 1

    def test_of_another_process_ends_what_only_this_one_can_reach(self, shop: Shop) -> None:
        """Answers in the memory of one process end though neither the short cut nor the delivery can get at them."""
        memory = {
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "of this process"}
        }
        with override_settings(CACHES=memory), services.overriding(AnswerCache, AnswerCache()):
            assert (shop.orders(), shop.orders(), shop.computed) == (0, 0, 1)
            with services.overriding(AnswerCache, NoAnswers()):
                shop.sells()
                drain()

            assert shop.orders() == 1

    def test_is_told_to_the_cache_once_per_transaction(self, shop: Shop, answers: AnswerCache) -> None:
        """However many events a transaction publishes, their answers end in one go."""
        ended: list[set[str]] = []
        answers.end_if_reachable = lambda tags: ended.append(set(tags))  # type: ignore[method-assign]
        with transaction.atomic():
            for customer in ("Ada", "Ada", "Grace"):
                shop.sells(customer)

        assert [len(tags) for tags in ended] == [2]


def test_an_answer_of_another_shape_is_not_read(transactional_db: None, answers: AnswerCache) -> None:
    """Code whose answer has other fields finds nothing of what older code kept under the same name."""

    def ask(answer: Any) -> Any:
        with isolated_registry():

            class GetPage(Query[Any], requires=anyone, cache=Cache(seconds=60)): ...

            def handler(_query: GetPage) -> Any:
                return answer

            handler.__annotations__["return"] = Page[type(answer.items[0])]  # type: ignore[misc]
            GetPage.handler(handler)
            return query_bus.ask(GetPage())

    assert ask(Page(items=(1,))) == Page(items=(1,))
    assert ask(Page(items=("one",))) == Page(items=("one",))


@pytest.mark.postgres
def test_the_servers_pass_keeps_answers_in_redis() -> None:
    """What these tests show there, they show of Redis."""
    assert "django_redis" in type(caches["default"]).__module__
