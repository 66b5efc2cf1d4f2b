"""Waking is a courtesy: it never fails or delays a request for long."""

import socket
from time import monotonic

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from config.celery import app as configured
from cqrs.wake import BellWaker, CeleryWaker, bells
from tests.cqrs.waiting import eventually


def waker(port: int) -> CeleryWaker:
    app = Celery("nobody", broker=f"redis://127.0.0.1:{port}/0")
    app.conf.broker_transport_options = configured.conf.broker_transport_options
    app.conf.task_queues = configured.conf.task_queues
    return CeleryWaker(app)


def test_a_silent_broker_is_given_up_soon() -> None:
    """A broker that takes the connection and says nothing costs seconds, and the next wake-up costs nothing."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        waking = waker(silent.getsockname()[1])
        begin = monotonic()
        with pytest.raises(OperationalError):
            waking.wake(long=False)
        middle = monotonic()
        waking.wake(long=False)

    assert middle - begin < 6
    assert monotonic() - middle < 0.1


def test_a_missing_broker_is_an_error_for_the_log() -> None:
    """With nobody at the broker's port the waker says so; the commit's callback logs it."""
    with pytest.raises(OperationalError, match="refused"):
        waker(1).wake(long=True)


class SendingApp:
    """Keeps the messages that it was asked to send."""

    def __init__(self) -> None:
        self.sent: list[bool] = []

    def send_task(self, _name: str, *, kwargs: dict[str, bool], **_options: object) -> None:
        self.sent.append(kwargs["long"])


def test_a_burst_of_commits_is_few_wake_ups() -> None:
    """The first goes out at once, the rest together a moment later: each is followed by a message."""
    app = SendingApp()
    waking = CeleryWaker(app)
    waking.wake(long=False)
    assert app.sent == [False]
    for _ in range(500):
        waking.wake(long=False)

    assert eventually(lambda: len(app.sent) > 1)
    assert len(app.sent) < 20


def test_a_burst_of_one_lane_leaves_the_other_alone() -> None:
    """A short wake-up a moment before does not hold a long one up."""
    app = SendingApp()
    waking = CeleryWaker(app)
    waking.wake(long=False)
    waking.wake(long=True)

    assert app.sent == [False, True]


def test_a_bell_rings_for_its_own_lane() -> None:
    """Long and short deliveries have a bell each."""
    bells[False].clear()
    bells[True].clear()
    BellWaker().wake(long=True)

    assert (bells[False].is_set(), bells[True].is_set()) == (False, True)
    bells[True].clear()
