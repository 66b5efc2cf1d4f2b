"""Several workers at once, which only PostgreSQL has."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, connections, transaction

from cqrs import Context, LeaseLostError, command_bus, event_bus, services
from cqrs.deliveries import drain_lane
from cqrs.deliveries.claims import Claimed, claim
from cqrs.deliveries.held import HeldLease
from cqrs.deliveries.runner import run
from cqrs.models import Delivery, StoredEvent
from tests.cqrs.conftest import order
from tests.cqrs.shop.mailer import ListMailer, Mailer
from tests.cqrs.shop.models import Effect
from tests.cqrs.test_event_bus import placed

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LEDGER, PACK = "shop.post_to_ledger", "shop.pack"


def test_two_claimers_never_get_the_same_row(anna: Context, mailer: ListMailer) -> None:
    """Claims made at the same moment share the rows out between them."""
    for number in range(40):
        command_bus.dispatch(order(customer=f"customer {number}"))
    start = Barrier(2)

    def claim_all() -> list[int]:
        start.wait()
        mine: list[int] = []
        while batch := claim(long=False, limit=3):
            mine += [each.id for each in batch]
        connections.close_all()
        return mine

    with ThreadPoolExecutor(2) as pool:
        first, second = [future.result() for future in [pool.submit(claim_all) for _ in range(2)]]

    assert Counter(first + second) == Counter(
        Delivery.objects.exclude(subscriber_key=PACK).values_list("id", flat=True)
    )


def test_claiming_does_not_wait_for_a_locked_row(anna: Context, mailer: ListMailer) -> None:
    """A row that another transaction holds is passed over, not waited for."""
    command_bus.dispatch(order())
    command_bus.dispatch(order())
    locked, free = Delivery.objects.filter(subscriber_key=PACK).order_by("id")
    holding, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Delivery.objects.select_for_update().get(pk=locked.pk)
            holding.set()
            done.wait(10)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(hold)
        holding.wait(10)
        claimed = claim(long=True, limit=10)
        done.set()

    assert [each.id for each in claimed] == [free.pk]


def test_a_worker_that_lost_its_lease_while_working_has_no_effect(anna: Context, mailer: ListMailer) -> None:
    """The late worker's open transaction ends in an error, although its effects were written before the takeover."""
    command_bus.dispatch(order())
    (late,) = claim(long=True, limit=1)
    taken_over = Event()
    working = Event()

    def work_slowly() -> None:
        try:
            with HeldLease(late).acknowledging():
                Effect.objects.create(by="late", note="never seen")
                working.set()
                taken_over.wait(10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(work_slowly)
        working.wait(10)
        Delivery.objects.filter(pk=late.id).update(lease_until="2000-01-01T00:00Z")
        (owner,) = claim(long=True, limit=1)
        assert run(owner) is None
        taken_over.set()
        with pytest.raises(LeaseLostError):
            slow.result()

    assert not Effect.objects.filter(by="late").exists()
    assert Delivery.objects.get(pk=late.id).status == "done"


def test_a_broken_connection_leaves_the_row_to_its_lease(anna: Context, mailer: ListMailer) -> None:
    """A worker whose database backend is killed commits nothing; after the lease another delivers once."""
    command_bus.dispatch(order())
    (victim,) = [each for each in claim(long=False, limit=10) if each.worker.key == LEDGER]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(_die_while_working, victim).result() is not None
    row = Delivery.objects.get(pk=victim.id)
    assert (row.status, row.attempts) == ("running", 1)

    Delivery.objects.filter(status="running").update(lease_until="2000-01-01T00:00Z", attempts=0)
    assert drain_lane(long=False).errors == ()
    assert Delivery.objects.get(pk=victim.id).status == "done"
    assert not Effect.objects.filter(by="dying").exists()


def _die_while_working(claimed: Claimed) -> Exception | None:
    try:
        with HeldLease(claimed).acknowledging(), connection.cursor() as cursor:
            Effect.objects.create(by="dying", note="never seen")
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    except Exception as error:  # noqa: BLE001  # whichever error the driver makes of it
        return error
    finally:
        connections.close_all()
    return None


def test_two_publishers_of_one_stream_leave_no_gap() -> None:
    """Positions stay without gap or double when two transactions publish to one stream at once."""
    start = Barrier(2)

    def publish() -> None:
        start.wait()
        for _ in range(20):
            with transaction.atomic():
                event_bus.publish(placed(7))
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(publish) for _ in range(2)]:
            future.result()

    positions = StoredEvent.objects.filter(stream="order:7").order_by("position").values_list("position", flat=True)
    assert list(positions) == list(range(1, 41))


def test_a_later_row_that_committed_first_keeps_its_key(anna: Context, mailer: ListMailer) -> None:
    """An earlier row of the key that appears while a later one runs waits for it instead of breaking the claim."""
    for _ in range(2):
        command_bus.dispatch(order(customer="Ada"))
    early, later = Delivery.objects.filter(subscriber_key=LEDGER).order_by("id")
    Delivery.objects.filter(pk=early.pk).update(status="skipped")
    assert later.pk in {each.id for each in claim(long=False, limit=10)}
    Delivery.objects.filter(pk=early.pk).update(status="waiting")

    assert early.pk not in {each.id for each in claim(long=False, limit=10)}


def test_a_claim_that_meets_another_in_the_index_is_repeated(anna: Context, mailer: ListMailer) -> None:
    """Two rows of one key claimed at once, neither seeing the other: the loser claims what else is due."""
    for customer in ("Ada", "Ada", "Grace"):
        command_bus.dispatch(order(customer=customer))
    early, late, _ = Delivery.objects.filter(subscriber_key=LEDGER).order_by("id")
    Delivery.objects.exclude(subscriber_key=LEDGER).delete()
    claimed, waiting = Event(), Event()

    def claim_late_and_linger() -> None:
        with transaction.atomic():  # as if the earlier row had not been visible yet
            Delivery.objects.filter(pk=late.pk).update(status="running", lease_until="2999-01-01T00:00Z")
            claimed.set()
            waiting.wait(1)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(claim_late_and_linger)
        claimed.wait(10)
        mine = [Delivery.objects.get(pk=each.id).order_key for each in claim(long=False, limit=10)]
        waiting.set()
        other.result()

    assert mine == ["Grace"]
    assert Delivery.objects.get(pk=early.pk).status == "waiting"


def test_a_worker_goes_on_after_its_backend_was_killed(anna: Context, mailer: ListMailer) -> None:
    """The delivery during which the connection died is noted as failed, and the next is made on a new connection."""
    for _ in range(2):
        command_bus.dispatch(order())
    Delivery.objects.exclude(subscriber_key="shop.send_receipt").delete()
    victims = iter([True, False])

    class Killer(ListMailer):
        def send(self, text: str) -> None:
            super().send(text)
            if next(victims):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def deliver() -> int:
        with services.overriding(Mailer, Killer()):
            delivered = drain_lane(long=False).delivered
        connections.close_all()
        return delivered

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(deliver).result() == 1
    assert sorted(Delivery.objects.values_list("status", "attempts")) == [("done", 1), ("waiting", 1)]
    assert Effect.objects.filter(by="send_receipt").count() == 1


def test_a_claim_goes_on_after_its_backend_was_killed(anna: Context, mailer: ListMailer) -> None:
    """An idle worker whose connection was cut claims on a new one at its next look."""
    command_bus.dispatch(order())

    def deliver() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (mine,) = cursor.fetchone()
        cut(mine)
        delivered = drain_lane(long=False).delivered
        connections.close_all()
        return delivered

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(deliver).result() == 2


def cut(backend: int) -> None:
    """End a backend from a connection of its own."""

    def terminate() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(terminate).result()
