"""Projections where several transactions and several followers are at work at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

import pytest
from django.db import connections, transaction

from cqrs.deliveries import drain_lane
from cqrs.models import Delivery, ProjectionBuild
from cqrs.projections import following
from cqrs.projections.rebuilding import rebuild
from tests.cqrs.library.models import Letter
from tests.cqrs.library.projections import Loans
from tests.cqrs.test_projections import lend, publish, seen

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@contextmanager
def open_transaction() -> Iterator[None]:
    """Another transaction that began before and has not ended: the feed stays behind it."""
    holding, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Letter.objects.create(reader="Zoe", text="never seen by anybody here")
            holding.set()
            done.wait(10)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(hold)
        holding.wait(10)
        try:
            yield
        finally:
            done.set()
            future.result()


def deliver_now() -> int:
    """What was handed back for a while is due again at once."""
    Delivery.objects.filter(status="waiting").update(available_at="2000-01-01T00:00Z")
    drained = drain_lane(long=False)
    assert drained.errors == ()
    return drained.delivered


def test_a_delivery_waits_for_what_the_feed_holds_back() -> None:
    """It is not acknowledged, and counts no attempt, before the projection has passed its event."""
    with open_transaction():
        publish(lend("Ada"))
        drain_lane(long=False)
        row = Delivery.objects.get(subscriber_key="cqrs.projection.library.loans")
        assert (row.status, row.attempts, seen()) == ("waiting", 0, {})

    deliver_now()
    row.refresh_from_db()

    assert (row.status, seen()) == ("done", {"Ada": (1, 1)})


def test_an_event_that_commits_late_is_not_missed() -> None:
    """What committed before it, though its number is higher, waits for it: the place never passes what is unseen."""
    published, commit = Event(), Event()

    def publish_slowly() -> None:
        with transaction.atomic():
            publish(lend("Slow", 1))
            published.set()
            commit.wait(10)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(publish_slowly)
        published.wait(10)
        publish(lend("Fast", 2))
        drain_lane(long=False)
        before = seen()
        commit.set()
        slow.result()
    deliver_now()

    assert before == {}
    assert seen() == {"Slow": (1, 1), "Fast": (1, 1)}


def test_many_followers_count_once() -> None:
    """Workers that deliver at the same moment take each event in once between them."""
    for book in range(30):
        publish(lend("Ada", book))
    start = Barrier(4)

    def deliver() -> None:
        start.wait()
        assert drain_lane(long=False).errors == ()
        connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(deliver) for _ in range(4)]:
            future.result()
    deliver_now()

    assert seen() == {"Ada": (30, 30)}


def test_a_rebuild_among_followers_and_rebuilders_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events are published and followed while two rebuilds work on the same generation: the rows are right."""
    monkeypatch.setattr("cqrs.projections.rebuilding.BATCH", 4)
    monkeypatch.setattr(following, "BATCH", 4)
    rebuild(Loans)
    for book in range(15):
        publish(lend("Ada", book))
    start = Barrier(4)

    def publish_more() -> None:
        for book in range(15):
            publish(lend("Ada", book))

    def run(work: object) -> None:
        start.wait()
        assert callable(work)
        work()
        connections.close_all()

    jobs = [publish_more, lambda: drain_lane(long=False), lambda: rebuild(Loans), lambda: rebuild(Loans)]
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(run, job) for job in jobs]:
            future.result()
    deliver_now()

    assert seen() == {"Ada": (30, 30)}
    assert ProjectionBuild.objects.filter(live=True).count() == 1
