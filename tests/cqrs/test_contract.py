"""The contract describes every message, and a change that others cannot live with is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from cqrs import Command, Event, Query, anyone
from cqrs.contract import contract, text
from cqrs.contract.compatibility import incompatibilities
from cqrs.testing import isolated_registry


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclass(frozen=True)
class Part:
    name: str
    parts: tuple["Part", ...] = ()


@pytest.fixture(autouse=True)
def _own_messages() -> Iterator[None]:
    with isolated_registry():
        yield


def _event(version: int = 1, upcasters: tuple[int, ...] = (), workers: tuple[str, ...] = (), **fields: Any) -> None:
    """An event with these fields, by name: a type, or a type and a default."""
    given = {name: kind if isinstance(kind, tuple) else (kind,) for name, kind in fields.items()}
    body: dict[str, Any] = {"__annotations__": {name: each[0] for name, each in given.items()}}
    body |= {name: each[1] for name, each in given.items() if len(each) > 1}
    made: Any = type("Counted", (Event,), body, version=version)
    for each in upcasters:
        made.upcaster(version=each)(lambda payload: payload)
    for key in workers:
        made.worker(key=key)(lambda event: None)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What is refused in the change from one such event to another."""
    with isolated_registry():
        _event(**before)
        old = contract()
    with isolated_registry():
        _event(**after)
        return incompatibilities(old, contract())


class TestContract:
    def test_writes_what_each_field_means(self) -> None:
        """Types as they stand in JSON and what they stand for there, with `?` where a field may be left out."""

        class Everything(Event):
            thing_id: int
            amount: Decimal
            on: date
            at: datetime | None
            uuid: UUID
            side: Literal["left", "right"]
            size: Size
            pair: tuple[int, str]
            parts: tuple[Part, ...]
            more: dict[str, list[bool]]
            note: str = ""

        assert contract()["events"]["Everything"]["fields"] == {
            "thing_id": "int",
            "amount": "decimal",
            "on": "date",
            "at": "datetime | none",
            "uuid": "uuid",
            "side": "'left' | 'right'",
            "size": "'l' | 's'",
            "pair": "[int, str]",
            "parts": "list[Part]",
            "more": "map[str, list[bool]]",
            "note?": "str",
        }
        assert contract()["types"]["Part"] == {"name": "str", "parts?": "list[Part]"}

    def test_lists_all_kinds(self) -> None:
        """Commands and queries by their fields; events also by version and by who waits for them."""

        class Count(Command[None], requires=anyone):
            amount: int

        class GetCount(Query[int], requires=anyone):
            amount: int

        _event(version=2, upcasters=(1,), workers=("a.b",), amount=int)

        described = contract()
        assert described["commands"]["Count"] == described["queries"]["GetCount"] == {"fields": {"amount": "int"}}
        assert described["events"]["Counted"] == {
            "version": 2,
            "fields": {"amount": "int"},
            "upcasters": [1],
            "workers": ["a.b"],
        }

    def test_is_the_same_text_for_the_same_messages(self) -> None:
        """A diff shows what changed, and nothing else."""
        _event(amount=int)

        assert text(contract()) == text(contract())


class TestIncompatibilities:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ({"amount": int}, {"amount": int}),
            ({"amount": int}, {"amount": int, "note": (str, "")}),
            ({"amount": int}, {"amount": (int, 0)}),
            ({"amount": int}, {"amount": int, "workers": ("new",)}),
            ({"amount": int}, {"version": 2, "upcasters": (1,), "units": int}),
            ({"amount": int}, {"version": 3, "upcasters": (1, 2), "units": int}),
        ],
    )
    def test_lets_through_what_old_rows_survive(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        """The same, a new field with a default, a new worker, a new version with its upcasters."""
        assert _changes(before, after) == []

    @pytest.mark.parametrize(
        ("before", "after", "says"),
        [
            (
                {"amount": int},
                {},
                "the field amount is gone. Make it version=2 and write @Counted.upcaster(version=1).",
            ),
            ({"amount": int}, {"amount": str}, "the field amount was int and is str"),
            ({"amount": int}, {"amount": int, "unit": str}, "the new field unit may not be left out"),
            ({"amount": (int, 0)}, {"amount": int}, "the field amount may not be left out any more"),
            ({"amount": int}, {"version": 2, "amount": str}, "version 1 cannot be read any more"),
            ({"amount": int}, {"version": 3, "upcasters": (1,), "amount": str}, "version 2 cannot be read any more"),
            ({"version": 2, "upcasters": (1,)}, {"version": 1}, "its version went from 2 down to 1"),
            ({"workers": ("a.b",)}, {"workers": ("a.c",)}, "its worker a.b is gone"),
        ],
    )
    def test_refuses_what_old_rows_do_not(self, before: dict[str, Any], after: dict[str, Any], says: str) -> None:
        """Each names the message, the change, and what to do."""
        (found,) = _changes(before, after)

        assert found.startswith(f"Counted: {says}")

    def test_refuses_a_vanished_message(self) -> None:
        """An event that nobody can read, a command that nobody answers."""

        class Count(Command[None], requires=anyone):
            amount: int

        _event(amount=int)
        old = contract()
        new = {**old, "commands": {}, "events": {}}

        found = incompatibilities(old, new)
        assert sorted(each.split(".")[0] for each in found if "Count" in each) == [
            "Count: it is gone",
            "Counted: it is gone, and stored ones cannot be read",
        ]

    def test_refuses_a_change_of_a_command(self) -> None:
        """One may wait in a queue, or be sent by an old client."""

        class Count(Command[None], requires=anyone):
            amount: int

        old = contract()
        new = {**old, "commands": {**old["commands"], "Count": {"fields": {"units": "int"}}}}

        found = incompatibilities(old, new)
        assert [each.split(".")[0] for each in found] == [
            "Count: the field amount is gone",
            "Count: the new field units may not be left out",
        ]

    def test_looks_into_what_fields_are_made_of(self) -> None:
        """A dataclass two levels down is part of the event."""
        _event(parts=list[Part])
        old = contract()
        new = {**old, "types": {**old["types"], "Part": {"name": "int", "parts?": "list[Part]"}}}

        (found,) = incompatibilities(old, new)
        assert found.startswith("Counted: Part: the field name was str and is int. Make it version=2")


class TestManagement:
    @pytest.fixture
    def kept(self, tmp_path: Path) -> Path:
        """The contract of an event with an amount."""
        path = tmp_path / "contract.json"
        with isolated_registry():
            _event(amount=int)
            call_command("messages", "--contract", str(path), "--write")
        return path

    def test_passes_while_nothing_changed(self, kept: Path) -> None:
        """What was written is what is checked."""
        _event(amount=int)

        call_command("messages", "--contract", str(kept), "--check")
        assert '"Counted"' in kept.read_text()

    def test_is_stale_after_a_compatible_change(self, kept: Path) -> None:
        """It is to be written again and looked at; compared alone it is no break."""
        _event(amount=int, note=(str, ""))

        with pytest.raises(CommandError, match="is stale"):
            call_command("messages", "--contract", str(kept), "--check")
        call_command("messages", "--contract", str(kept))
        call_command("messages", "--contract", str(kept), "--write")
        assert '"note?": "str"' in kept.read_text()

    @pytest.mark.parametrize("form", [[], ["--check"], ["--write"]])
    def test_refuses_a_break(self, kept: Path, form: list[str]) -> None:
        """Whichever way it is asked, with each change on a line; the file stays as it was."""
        _event(amount=str)
        before, told = kept.read_text(), StringIO()

        with pytest.raises(CommandError, match="1 changes break"):
            call_command("messages", "--contract", str(kept), *form, stderr=told)

        assert "Counted: the field amount was int and is str" in told.getvalue()
        assert kept.read_text() == before

    def test_takes_a_break_that_is_meant(self, kept: Path) -> None:
        """Said out loud, and seen in the diff."""
        _event(amount=str)

        call_command("messages", "--contract", str(kept), "--write", "--accept")
        assert '"amount": "str"' in kept.read_text()
