"""The chain finds whatever was changed in the log, or taken from it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from cqrs.keeping.verify import Flaw, Verification
from cqrs.models import StoredEvent
from tests.cqrs.log.conftest import NOON, at_position, write

TEXTS = st.text(st.characters(exclude_characters="\x00", codec="utf-8"))
CHANGED = "its content and its hash differ: one of its columns was changed"

TAMPERED = {
    "sequence": 10**9,
    "id": uuid4(),
    "name": "OrderEaten",
    "version": 2,
    "payload": '{"order_id":2}',
    "correlation_id": "c-2",
    "causation_id": None,
    "actor_kind": "system",
    "actor_id": 8,
    "actor_name": "ben",
    "source": "cli",
    "at": NOON + timedelta(microseconds=1),
    "trace": "",
    "hash": "0" * 64,
}


@pytest.mark.django_db
class TestVerification:
    def test_finds_nothing_in_what_was_published(self) -> None:
        """Every stream holds, and the figures say how much was looked at."""
        for stream in ("order:1", "order:1", "order:2"):
            write(stream)

        verification = Verification()
        assert list(verification.flaws()) == []
        assert (verification.streams, verification.events) == (2, 3)

    @pytest.mark.parametrize("column", TAMPERED)
    def test_finds_each_column_that_was_changed(self, column: str) -> None:
        """One flaw, at the event that was changed, and none at those that follow."""
        for _ in range(3):
            write()
        StoredEvent.objects.filter(position=2).update(**{column: TAMPERED[column]})

        assert list(Verification().flaws()) == [Flaw("order:1", 2, CHANGED)]

    @pytest.mark.parametrize("columns", [{"position": 9}, {"stream": "order:2"}])
    def test_finds_an_event_that_was_moved(self, columns: dict[str, object]) -> None:
        """Where it stands now it does not fit."""
        for _ in range(3):
            write()
        StoredEvent.objects.filter(position=2).update(**columns)

        assert list(Verification().flaws())

    def test_covers_every_column(self) -> None:
        """A column added to the log has to be added to the hash, or to this list with a reason."""
        columns = {field.name for field in StoredEvent._meta.get_fields() if field.concrete}

        # The transaction's number means something on one server only; its order is checked.
        assert columns - set(TAMPERED) == {"position", "stream", "transaction_id"}

    def test_finds_an_event_that_was_deleted(self) -> None:
        """The gap is named by the event behind it."""
        for _ in range(3):
            write()
        at_position(2).delete()

        flaw = Flaw("order:1", 3, "does not follow the event before it, which is 1: events are missing")
        assert list(Verification().flaws()) == [flaw]

    def test_finds_events_deleted_from_the_start(self) -> None:
        """A stream starts at 1, unless it has an anchor."""
        write()
        write()
        at_position(1).delete()

        assert [flaw.position for flaw in Verification().flaws()] == [2]

    def test_finds_a_transaction_out_of_order(self) -> None:
        """It would stand in another place of the feed."""
        write()
        write()
        StoredEvent.objects.filter(position=1).update(transaction_id=7)
        StoredEvent.objects.filter(position=2).update(transaction_id=6)

        assert [each.what.split(":")[0] for each in Verification().flaws()] == ["its transaction_id was changed"]

    def test_looks_at_one_stream_only(self) -> None:
        """When asked for one, the others are not read."""
        write("order:1")
        write("order:2")
        StoredEvent.objects.update(payload="{}")

        assert [flaw.stream for flaw in Verification(stream="order:2").flaws()] == ["order:2"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_finds_events_of_another_server() -> None:
    """Restored into a new cluster, events would stay behind the feed's fence for ever."""
    write()
    StoredEvent.objects.update(transaction_id=2**40)

    (flaw,) = Verification().flaws()
    assert "after a restore, set transaction_id to 0" in flaw.what


def _delete(position: int) -> None:
    at_position(position).delete()


def _change_payload(position: int) -> None:
    StoredEvent.objects.filter(stream="order:1", position=position).update(payload="\x01 changed")


def _swap_payloads(position: int) -> None:
    mine, other = at_position(position), at_position(position + 1)
    StoredEvent.objects.filter(pk=mine.pk).update(payload=other.payload)
    StoredEvent.objects.filter(pk=other.pk).update(payload=mine.payload)


@pytest.mark.django_db(transaction=True)
@settings(max_examples=20, deadline=None)
@given(
    payloads=st.lists(
        st.text(st.characters(exclude_characters="\x00", codec="utf-8")), min_size=2, max_size=6, unique=True
    ),
    others=st.lists(st.sampled_from(["order:1", "order:2"]), max_size=4),
    tamper=st.sampled_from([_delete, _change_payload, _swap_payloads]),
    place=st.integers(min_value=1),
)
def test_any_log_holds_until_it_is_tampered_with(
    payloads: list[str], others: list[str], tamper: Callable[[int], None], place: int
) -> None:
    """Whatever was published holds; deleting, changing or swapping anywhere but at the end is found."""
    with transaction.atomic():
        for payload in payloads:
            write(payload=payload)
        for stream in others:
            write(stream)
        assert list(Verification().flaws()) == []

        tamper(1 + place % (len(payloads) - 1))

        assert next(Verification().flaws()).stream == "order:1"
        transaction.set_rollback(True)
