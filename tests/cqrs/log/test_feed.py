"""The feed shows every event once and in order, whatever commits when."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event as Signal
from threading import Thread
from time import sleep

import pytest
from django.db import connections, transaction

from cqrs import InvalidMessageError
from cqrs.keeping.verify import Verification
from cqrs.log import feed
from cqrs.log.feed import Position
from cqrs.models import StoredEvent
from tests.cqrs.log.conftest import write

pytestmark = pytest.mark.django_db(transaction=True)


def _seen(after: Position = Position(), limit: int = 100) -> list[int]:  # noqa: B008  # it is frozen
    return [event.sequence for event in feed.read(after, limit)]


class TestRead:
    def test_goes_on_where_it_stopped(self) -> None:
        """Pages follow one another without overlap."""
        written = [write() for _ in range(5)]

        first = feed.read(Position(), 2)
        rest = _seen(Position.of(first[-1]))

        assert [each.sequence for each in first] + rest == written

    def test_shows_the_names_asked_for(self) -> None:
        """A follower of one event is not shown the others."""
        write(name="OrderPlaced")
        packed = write(name="OrderPacked")

        assert [each.sequence for each in feed.read(Position(), 10, ["OrderPacked"])] == [packed]
        assert feed.read(Position(), 10, []) == []

    def test_starts_at_the_end_when_asked(self) -> None:
        """Who follows from now on is shown what comes, and not what was."""
        write()
        place = feed.end()
        later = write()

        assert _seen(place) == [later]

    def test_a_place_survives_as_text(self) -> None:
        """A token is what a follower stores."""
        place = Position(12, 34)

        assert place == Position.parse(place.token())
        assert Position.parse("") < place
        assert Position.parse(f"{2**63 - 1}-{2**63 - 1}") > place

    @pytest.mark.parametrize("text", ["12;34", f"1-{2**63}", f"{2**63}-1"])
    def test_what_is_no_place_is_refused(self, text: str) -> None:
        """Also numbers that no event can have, which the database would choke on."""
        with pytest.raises(InvalidMessageError):
            Position.parse(text)


class TestFollow:
    def test_hands_each_event_on_once(self) -> None:
        """In batches, until none is left; the next call goes on from there."""
        written, seen = [write() for _ in range(5)], list[StoredEvent]()

        place = feed.follow(Position(), seen.append, batch=2)
        later = write()
        feed.follow(place, seen.append, batch=2)

        assert [event.sequence for event in seen] == [*written, later]

    def test_stops_at_the_event_that_fails(self) -> None:
        """Who saves the place with the effect repeats the event that failed, and none before it."""
        written = [write() for _ in range(3)]
        done: list[Position] = []

        def handle(event: StoredEvent) -> None:
            if event.sequence == written[1]:
                raise ConnectionError
            done.append(Position.of(event))

        with pytest.raises(ConnectionError):
            feed.follow(Position(), handle)

        assert _seen(done[-1]) == written[1:]


@pytest.mark.postgres
class TestVisibility:
    """What a cursor over the sequence alone would miss."""

    def test_waits_for_a_transaction_that_commits_late(self) -> None:
        """A lower number appears after a higher one: the feed shows neither before it can show both."""
        written, go_on = Signal(), Signal()

        def write_slowly() -> int:
            with transaction.atomic():
                number = write("order:slow")
                written.set()
                go_on.wait(10)
            connections.close_all()
            return number

        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(write_slowly)
            written.wait(10)
            quick = write("order:quick")
            naive = list(StoredEvent.objects.values_list("sequence", flat=True))
            while_open = _seen()
            go_on.set()
            late = slow.result()

        assert late < quick
        assert naive == [quick]  # a follower of the sequence has now passed the late one for ever
        assert while_open == []
        assert _seen() == [late, quick]

    def test_waits_for_a_transaction_that_has_not_published_yet(self) -> None:
        """An open transaction with an early number may still publish under a late sequence number."""
        begun, go_on = Signal(), Signal()

        def publish_late() -> int:
            with transaction.atomic():
                write("order:first")  # gives the transaction its number
                begun.set()
                go_on.wait(10)
                number = write("order:last")
            connections.close_all()
            return number

        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(publish_late)
            begun.wait(10)
            quick = write("order:quick")
            go_on.set()
            last = slow.result()

        first, then, newest = feed.read(Position(), 10)
        assert quick < last
        assert [first.stream, then.stream, newest.stream] == ["order:first", "order:last", "order:quick"]

    def test_keeps_the_order_of_a_stream(self) -> None:
        """An older transaction that continues a stream of a younger one does not come before it in the feed."""
        begun, go_on = Signal(), Signal()

        def begin_early() -> None:
            with transaction.atomic():
                write("order:other")
                begun.set()
                go_on.wait(10)
                write("order:1")
            connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            early = pool.submit(begin_early)
            begun.wait(10)
            write("order:1")
            go_on.set()
            early.result()

        assert [event.position for event in feed.read(Position(), 10) if event.stream == "order:1"] == [1, 2]

    def test_misses_nothing_while_many_publish(self) -> None:
        """Four publishers whose transactions overlap at random, one follower: each event once, streams in order."""
        stop, seen = Signal(), list[StoredEvent]()
        publishers = [Thread(target=_publish, args=(seed,)) for seed in range(4)]
        follower = Thread(target=_follow, args=(stop, seen))
        for thread in [follower, *publishers]:
            thread.start()
        for thread in publishers:
            thread.join()
        stop.set()
        follower.join()

        assert len(seen) == 4 * 40
        assert {event.sequence for event in seen} == set(StoredEvent.objects.values_list("sequence", flat=True))
        for stream in {event.stream for event in seen}:
            positions = [event.position for event in seen if event.stream == stream]
            assert positions == list(range(1, len(positions) + 1))
        assert list(Verification().flaws()) == []


def _publish(seed: int) -> None:
    """Twenty transactions of two events: one of a stream of its own, one of a stream that all share."""
    chance = Random(seed)
    for _ in range(20):
        with transaction.atomic():
            write(f"own:{seed}")
            sleep(chance.uniform(0, 0.005))
            write("shared:1")
    connections.close_all()


def _follow(stop: Signal, seen: list[StoredEvent]) -> None:
    place, last_round = Position(), False
    while not last_round:
        last_round = stop.is_set()
        place = feed.follow(place, seen.append, batch=7)
    connections.close_all()
