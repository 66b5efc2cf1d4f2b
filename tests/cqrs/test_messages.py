"""Messages are frozen, keyword-only dataclasses."""

from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from cqrs import Actor, Clock, DomainError, Event, InvalidMessageError, NotFoundError
from cqrs.encoding import NewerVersionError, decode, encode, unencodable_fields
from cqrs.errors import UndecodableEventError
from cqrs.testing import isolated_registry
from tests.cqrs.conftest import order
from tests.cqrs.shop.commands.place_order import OrderTooLargeError
from tests.cqrs.test_event_bus import placed


class TestMessage:
    def test_is_frozen(self) -> None:
        """Nobody changes a message on its way."""
        with pytest.raises(FrozenInstanceError):
            order().customer = "Eve"  # type: ignore[misc]

    def test_equals_its_like(self) -> None:
        """Messages are values."""
        assert placed(1) == placed(1)
        assert placed(1) != placed(2)


class TestStream:
    def test_is_the_first_id_by_default(self) -> None:
        """An event belongs to the thing that its first id names."""
        assert placed(7).stream() == "order:7"

    def test_is_the_events_own_say(self) -> None:
        """An event may name a smaller thing, and one without ids belongs to its name."""
        with isolated_registry():

            class LegMoved(Event):
                order_id: int
                leg: int

                def stream(self) -> str:
                    return f"leg:{self.leg}"

            class Midnight(Event):
                day: date

            assert LegMoved(order_id=1, leg=2).stream() == "leg:2"
            assert Midnight(day=date(2026, 11, 30)).stream() == "Midnight"


class TestEncoding:
    def test_gives_back_what_was_stored(self) -> None:
        """Ids, exact decimals and nested values survive."""
        with isolated_registry():

            class Rich(Event, version=3):
                thing_id: UUID
                amounts: dict[str, Decimal]
                days: tuple[date, ...]
                note: str | None = None

            rich = Rich(thing_id=UUID(int=5), amounts={"EUR": Decimal("0.10")}, days=(date(2026, 1, 2),))
            assert decode("Rich", 3, encode(rich)) == rich
            assert '"0.10"' in encode(rich)

    def test_refuses_unknown_names_and_versions(self) -> None:
        """What this code cannot read is said, and a newer version is told from an older one."""
        with pytest.raises(UndecodableEventError, match="No event is called Nothing"):
            decode("Nothing", 1, "{}")
        with pytest.raises(NewerVersionError):
            decode("OrderPlaced", 2, "{}")
        with pytest.raises(UndecodableEventError, match=r"upcaster\(version=0\)"):
            decode("OrderPlaced", 0, "{}")

    def test_finds_fields_that_would_not_come_back(self) -> None:
        """A float, a class of one's own and an object are found, also inside a collection."""
        with isolated_registry():

            class Vague(Event):
                ratio: float
                who: Actor
                when: Clock
                things: tuple[dict[str, object], ...]

        assert [each.split()[0] for each in unencodable_fields(Vague)] == ["ratio", "when", "things"]


class TestErrors:
    def test_speak_to_people_and_to_machines(self) -> None:
        """The docstring is for people, the code for machines, the detail for both."""
        error = OrderTooLargeError("1001 is more than 1000.")

        assert (error.code, error.text) == ("order_too_large", "We do not take orders this large.")
        assert str(error) == "1001 is more than 1000."

    def test_have_a_text_without_a_detail(self) -> None:
        """An error raised without a detail still says something."""
        assert str(NotFoundError()) == "There is no such thing, or you may not know of it."
        assert isinstance(NotFoundError(), DomainError)

    def test_name_their_fields(self) -> None:
        """An invalid message reads as its fields."""
        assert str(InvalidMessageError({"name": ["Too long.", "Too odd."]})) == "name: Too long.; name: Too odd."
