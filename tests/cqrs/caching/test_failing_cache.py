"""Many at once, and a cache that is out of reach or holds nonsense."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from threading import Event as Bell
from time import sleep
from typing import Any

import pytest
from django.core.cache import cache
from django.test import override_settings

from cqrs import NotAllowedError, services
from cqrs.caching.answers import AnswerCache
from cqrs.models import Delivery
from cqrs.testing import drain
from tests.cqrs.caching.totals import Shop, in_thread, nothing


class TestAStampede:
    def test_is_one_computation(self, shop: Shop) -> None:
        """Eight who ask at once for what nobody has yet get one computation's answer."""
        together = Barrier(8)
        shop.before_answering = lambda: sleep(0.2)

        def ask() -> int:
            together.wait(10)
            return shop.orders()

        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda _: in_thread(ask), range(8)))

        assert (found, shop.computed) == ([0] * 8, 1)

    def test_goes_on_when_the_one_fails(self, shop: Shop) -> None:
        """Who waited computes himself after the first one's error, which is the first one's alone."""
        begun = Bell()

        def fail() -> None:
            begun.set()
            sleep(0.1)
            shop.before_answering = nothing
            raise NotAllowedError

        shop.before_answering = fail
        with ThreadPoolExecutor(1) as beside:
            first = beside.submit(in_thread, shop.orders)
            begun.wait(10)

            assert shop.orders() == 0
            with pytest.raises(NotAllowedError):
                first.result(10)


class TestACacheThatFails:
    @pytest.mark.parametrize("garbage", [b"\x80garbage", "text", 7, None])
    def test_computes_what_it_cannot_read(self, shop: Shop, answers: AnswerCache, garbage: object) -> None:
        """A value that nobody of ours wrote, under the answer's name or the tag's, is computed again and replaced."""
        for name in places(answers, shop):
            cache.set(name, garbage)
            assert shop.orders() == 0
        computed = shop.computed
        shop.orders()

        assert shop.computed == computed

    def test_computes_what_it_cannot_decode(self, shop: Shop, answers: AnswerCache) -> None:
        """An answer with the right token and the wrong content is computed again."""
        value, _ = places(answers, shop)
        cache.set(value, cache.get(value)[:-2] + b"\xc1")

        assert (shop.orders(), shop.computed) == (0, 2)
        assert (shop.orders(), shop.computed) == (0, 2)

    @pytest.mark.postgres
    def test_out_of_reach_answers_from_the_database(self, shop: Shop) -> None:
        """With Redis down each answer is computed and commands go on; the delivery waits until the cache is back."""
        nowhere = {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}}
        shop.orders()
        with override_settings(CACHES=nowhere), services.overriding(AnswerCache, AnswerCache()):
            shop.sells()
            assert (shop.orders(), shop.orders()) == (1, 1)
            with pytest.raises(Exception, match=r"Connection refused|Error 111"):
                drain()
        assert shop.orders() == 0  # until the delivery is made

        Delivery.objects.update(available_at=Delivery.objects.latest("id").event.at)
        drain()

        assert shop.orders() == 1


def places(answers: AnswerCache, shop: Shop) -> tuple[str, str]:
    """The names of the answer and of its tag, as they stand after it was asked once."""
    seen: list[tuple[str, str]] = []
    look = answers._look

    def watch(place: Any) -> Any:
        seen.append((place.value, place.tag))
        return look(place)

    answers._look = watch  # type: ignore[method-assign]
    shop.orders()
    answers._look = look  # type: ignore[method-assign]
    return seen[0]
