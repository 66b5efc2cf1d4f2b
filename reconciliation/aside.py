"""Long computations in a thread beside the one that talks to the database."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import Empty, Queue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

Asked = tuple["Future[Any]", Callable[[], Any]]


class Aside:
    """What the computation calls through `here` happens in the thread that waits for it, while it waits in turn."""

    def __init__(self) -> None:
        self._asked: Queue[Asked | None] = Queue()

    def here(self, function: Callable[P, R]) -> Callable[P, R]:
        def ask(*args: P.args, **named: P.kwargs) -> R:
            answer: Future[R] = Future()
            self._asked.put((answer, partial(function, *args, **named)))
            return answer.result()

        return ask

    def run(self, compute: Callable[[], T], meanwhile: Callable[[], None], seconds: float) -> T:
        """`meanwhile` is called whenever nothing was heard for so long. What it raises is what the computation gets
        when it calls next, and what is raised here once that has ended.
        """
        failed: BaseException | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="aside") as beside:
            computed = beside.submit(compute)
            computed.add_done_callback(lambda _: self._asked.put(None))
            while True:
                try:
                    asked = self._asked.get(timeout=seconds)
                except Empty:
                    failed = failed or _raised(meanwhile)
                    continue
                if asked is None:
                    break
                _answer(*asked, failed)
        if failed is not None:
            raise failed
        return computed.result()


def _raised(function: Callable[[], None]) -> BaseException | None:
    try:
        function()
    except BaseException as error:  # noqa: BLE001  raised by the caller once the computation has ended
        return error
    return None


def _answer(answer: "Future[Any]", call: Callable[[], Any], failed: BaseException | None) -> None:
    if failed is not None:
        answer.set_exception(failed)
        return
    try:
        answer.set_result(call())
    except BaseException as error:  # noqa: BLE001  raised where the call came from
        answer.set_exception(error)
