"""Read models follow the log exactly once, and are rebuilt from it beside the one that is read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from cqrs import Event, event_bus
from cqrs.deliveries import drain as drain_once
from cqrs.models import Delivery, ProjectionBuild, StoredEvent, StreamAnchor
from cqrs.projections import following, rebuilding
from cqrs.projections.rebuilding import ArchivedLogError, Progress, rebuild, sweep, unfinished
from cqrs.projections.rows import Rows
from cqrs.testing import drain
from tests.cqrs.library.events import BookLent, BookReturned
from tests.cqrs.library.models import ReaderLoans
from tests.cqrs.library.projections import Loans

pytestmark = pytest.mark.django_db(transaction=True)


def publish(*events: Event) -> None:
    with transaction.atomic():
        for event in events:
            event_bus.publish(event)


def lend(reader: str, book: int = 1) -> BookLent:
    return BookLent(book_id=book, reader=reader)


def seen() -> dict[str, tuple[int, int]]:
    return {row.reader: (row.borrowed, row.out) for row in Loans.rows()}


class Interrupted(Exception):  # noqa: N818  # no error: the test's own way to kill a rebuild
    """Stands for a process that was killed."""


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BATCH", 2)
    monkeypatch.setattr(rebuilding, "BATCH", 2)


def kill_at(done: int) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        if progress.done >= done:
            raise Interrupted

    return report


class TestFollowing:
    def test_takes_each_event_in_once(self) -> None:
        """However many deliveries wake it, each event changes the rows once."""
        publish(lend("Ada", 1), lend("Ada", 2), BookReturned(book_id=1, reader="Ada"), lend("Bob", 3))

        drain()

        assert seen() == {"Ada": (2, 1), "Bob": (1, 1)}

    def test_goes_on_where_it_stopped(self) -> None:
        """What was taken in once is not taken in again with the next event."""
        publish(lend("Ada"))
        drain()
        publish(BookReturned(book_id=1, reader="Ada"))
        drain()

        assert seen() == {"Ada": (1, 0)}

    def test_nothing_is_to_be_read_before_the_first_event(self) -> None:
        """Without a generation there are no rows, and no error."""
        assert seen() == {}

    def test_stops_in_front_of_an_event_that_it_cannot_take_in(self) -> None:
        """What came before stands, with its place; the bad event's own delivery and later ones fail and are retried."""
        publish(lend("Ada"), lend("Poison"), lend("Bob"))

        errors = drain_once().errors

        assert [type(error) for error in errors] == [ValueError, ValueError]
        assert seen() == {"Ada": (1, 1)}
        rows = Delivery.objects.filter(subscriber_key="cqrs.projection.library.loans").order_by("id")
        assert [row.status for row in rows] == ["done", "waiting", "waiting"]

    def test_a_long_log_is_not_taken_in_by_a_delivery(self, small_batches: None) -> None:
        """The first generation of a long log is built on purpose: the delivery says so and waits."""
        publish(lend("Ada", 1), lend("Ada", 2), lend("Ada", 3))

        drain()

        waiting = Delivery.objects.filter(subscriber_key="cqrs.projection.library.loans")
        assert {row.status for row in waiting} == {"waiting"}
        assert all("manage.py projections rebuild library.loans" in row.error for row in waiting)
        assert {row.attempts for row in waiting} == {0}

    def test_a_log_that_was_archived_in_part_is_not_taken_for_whole(self, archived: StreamAnchor) -> None:
        """A projection that is new there has to be built on purpose, too."""
        publish(lend("Ada"))

        drain()

        assert seen() == {}
        assert "archived in part" in Delivery.objects.get(subscriber_key="cqrs.projection.library.loans").error


class TestRebuilding:
    def test_swaps_in_what_the_log_says(self) -> None:
        """Rows that somebody spoilt are replaced, and the old generation is swept."""
        publish(lend("Ada"), lend("Bob", 2))
        drain()
        Loans.rows().filter(reader="Ada").update(borrowed=99)

        assert rebuild(Loans) == 2

        assert seen() == {"Ada": (1, 1), "Bob": (1, 1)}
        assert set(ReaderLoans.objects.values_list("generation", flat=True)) == {2}
        assert list(ProjectionBuild.objects.values_list("generation", "live")) == [(2, True)]

    def test_the_live_generation_is_read_until_the_swap(self, small_batches: None) -> None:
        """Readers see the old rows, whole, while the new ones are built; the live one keeps following."""
        rebuild(Loans)
        for book in range(5):
            publish(lend("Ada", book))
        drain()
        with pytest.raises(Interrupted):
            rebuild(Loans, kill_at(2))
        publish(lend("Ada", 9))
        drain()

        assert (seen(), ReaderLoans.objects.count()) == ({"Ada": (6, 6)}, 2)

    def test_a_killed_rebuild_is_taken_up_again(self, small_batches: None) -> None:
        """The batches that committed are not read a second time, and the rows come out as if it had not been killed."""
        publish(*(lend("Ada", book) for book in range(5)))
        with pytest.raises(Interrupted):
            rebuild(Loans, kill_at(2))
        steps: list[Progress] = []

        generation = rebuild(Loans, steps.append)

        assert (generation, [(step.done, step.total) for step in steps]) == (1, [(4, 5), (5, 5)])
        assert seen() == {"Ada": (5, 5)}

    def test_a_killed_rebuild_can_be_thrown_away(self, small_batches: None) -> None:
        """Started afresh, nothing of the half-built generation is left."""
        publish(*(lend("Ada", book) for book in range(5)))
        with pytest.raises(Interrupted):
            rebuild(Loans, kill_at(2))
        ReaderLoans.objects.update(borrowed=F("borrowed") + 50)

        rebuild(Loans, fresh=True)

        assert (seen(), ReaderLoans.objects.count()) == ({"Ada": (5, 5)}, 1)

    def test_a_sweep_that_was_killed_is_made_up_for(self) -> None:
        """Rows without a build are removed by the next sweep, those of the live generation never."""
        publish(lend("Ada"))
        drain()
        ReaderLoans.objects.create(generation=7, reader="left behind")

        sweep(Loans)

        assert (seen(), ReaderLoans.objects.count()) == ({"Ada": (1, 1)}, 1)

    def test_nothing_is_lost_between_rebuild_and_following(self) -> None:
        """An event whose delivery comes after the swap is not counted twice, and the next one is counted."""
        publish(lend("Ada", 1))
        rebuild(Loans)
        drain()
        publish(lend("Ada", 2))
        drain()

        assert seen() == {"Ada": (2, 2)}
        assert not unfinished(Loans).exists()

    def test_says_that_part_of_the_log_was_archived(self, archived: StreamAnchor) -> None:
        """A rebuild that could not be complete is refused with where the rest is; it can be had all the same."""
        publish(lend("Ada"))

        with pytest.raises(ArchivedLogError, match=r"archive/2026.jsonl.*--incomplete"):
            rebuild(Loans)
        rebuild(Loans, incomplete=True)

        assert seen() == {"Ada": (1, 1)}


@pytest.fixture
def archived() -> StreamAnchor:
    values: dict[str, Any] = {"position": 3, "transaction_id": 0, "sequence": 3, "hash": ""}
    values["archive"] = "archive/2026.jsonl"
    return StreamAnchor.objects.create(stream="book:1", archived_at="2026-11-01T00:00Z", **values)


def test_rows_of_a_generation_are_an_ordinary_query_set() -> None:
    """Whatever is created through them, one by one or in bulk, belongs to the generation."""
    rows = Rows.of(ReaderLoans, 4)
    rows.create(reader="Ada")
    rows.filter(out=0).bulk_create([ReaderLoans(reader="Bob")])
    rows.update_or_create(reader="Cleo", defaults={"out": 1})

    assert set(ReaderLoans.objects.values_list("generation", "reader")) == {(4, "Ada"), (4, "Bob"), (4, "Cleo")}
    assert rows.filter(reader="Bob").count() == 1
    assert not StoredEvent.objects.exists()
