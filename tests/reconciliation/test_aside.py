import threading
import time

import pytest

from reconciliation.aside import Aside

SOON = 0.01


def nothing() -> None:
    """Nothing is to be done meanwhile."""


class TestAside:
    def test_calls_back_in_the_thread_that_waits(self) -> None:
        """The computation is elsewhere; what it calls through `here` is not, and answers it."""
        aside = Aside()
        where = aside.here(lambda factor: (threading.get_ident(), 2 * factor))

        found = aside.run(lambda: (threading.get_ident(), where(21)), nothing, SOON)

        mine = threading.get_ident()
        assert found[0] != mine
        assert (mine, 42) == found[1]

    def test_is_not_silent_while_it_computes(self) -> None:
        """However long a step takes, the other thread is heard of meanwhile."""
        beats: list[float] = []

        Aside().run(lambda: time.sleep(10 * SOON), lambda: beats.append(time.monotonic()), SOON)

        assert len(beats) >= 3

    def test_raises_what_a_call_raised(self) -> None:
        """The computation may answer to it; if it does not, the caller gets it."""
        aside = Aside()
        broken = aside.here(lambda: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            aside.run(broken, nothing, SOON)

    def test_ends_the_computation_that_is_not_wanted_any_more(self) -> None:
        """A lease that is lost meanwhile is told at the next call, and to the caller."""
        aside = Aside()
        calls: list[int] = []

        def lost() -> None:
            raise TimeoutError("lost")

        def compute() -> None:
            while True:
                time.sleep(5 * SOON)
                aside.here(calls.append)(1)

        with pytest.raises(TimeoutError, match="lost"):
            aside.run(compute, lost, SOON)
        assert calls == []
