"""Appending numbers and chains a stream, and compares it with what the writer saw."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from uuid6 import uuid7

from cqrs import Actor, StaleVersionError, log
from cqrs.keeping.verify import Verification
from tests.cqrs.log.conftest import BEA, NOON, at_position, write

pytestmark = pytest.mark.django_db


def test_takes_one_statement() -> None:
    """Position, number, transaction and hash are worked out by the insert itself."""
    with CaptureQueriesContext(connection) as queries:
        write()

    statements = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(statements) == 1


def test_chains_each_stream_by_itself() -> None:
    """Streams that grow in turn have chains that hold, of hashes that all differ."""
    for stream in ("order:1", "order:2", "order:1", "order:2"):
        write(stream)

    hashes = {at_position(position, stream).hash for stream in ("order:1", "order:2") for position in (1, 2)}
    assert len(hashes) == 4
    assert list(Verification().flaws()) == []


def test_head_is_the_newest_position() -> None:
    """0 before the first event."""
    before = log.head("order:1")
    write()
    write()

    assert (before, log.head("order:1")) == (0, 2)


class TestExpecting:
    def test_lets_through_who_saw_the_newest_state(self) -> None:
        """Only the first append is compared: the writer's own second one follows it."""
        write()

        with log.expecting("order:1", 1):
            write()
            write()

        assert log.head("order:1") == 3

    def test_tells_who_changed_what_when(self) -> None:
        """The refusal names the changes in between, and not the refused one."""
        write()
        write(name="OrderPlaced")

        with pytest.raises(StaleVersionError) as refused, log.expecting("order:1", 1):
            write()

        assert str(refused.value).endswith("is at 2 now. Since then: OrderPlaced by bea at 2026-11-23 12:00:00 UTC.")

    def test_leaves_other_streams_alone(self) -> None:
        """An expectation is about one stream, whatever is appended to another one first."""
        write("order:2")
        with log.expecting("order:1", 0):
            write("order:2")
            write()

        assert (log.head("order:1"), log.head("order:2")) == (1, 2)

    def test_ends_with_its_block(self) -> None:
        """What is written afterwards is compared with nothing."""
        with log.expecting("order:1", 0):
            pass
        write()
        write()

        assert log.head("order:1") == 2


def test_changes_since_a_position() -> None:
    """Who did what when, after what was seen, the oldest first."""
    for name in ("OrderPlaced", "OrderPacked", "OrderShipped"):
        write(name=name)

    found = log.changes_since("order:1", 1)
    assert found == (log.Change(2, "OrderPacked", "bea", NOON), log.Change(3, "OrderShipped", "bea", NOON))


@pytest.mark.postgres
def test_planning_is_done_once() -> None:
    """After a few events the statement stands prepared in the connection, whatever of an event is NULL."""
    for number in range(30):  # four kinds, by what is NULL, and each has to come five times
        cause = UUID(int=number) if number % 2 else None
        context = replace(BEA, causation_id=cause, who=BEA.actor if number % 3 else Actor.system("night"))
        event = log.Encoded(id=uuid7(), name="Rung", version=1, payload="{}", stream="bell:1", at=NOON)
        with transaction.atomic():
            log.append(event, context, [("tests.nobody", "", NOON)])

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%INSERT INTO cqrs_event%'")
        assert cursor.fetchone()[0] >= 1
    assert log.head("bell:1") == 30
