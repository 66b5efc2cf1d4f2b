"""ListProjects."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test.utils import CaptureQueriesContext

from cqrs import Actor, Context, InvalidMessageError, acting_as, command_bus, query_bus
from cqrs.database import database
from projects.commands.create_project import CreateProject
from projects.commands.record_project_figures import RecordProjectFigures
from projects.ids import ProjectId, Role
from projects.queries.list_projects import ListProjects
from tests.factories import make_project

As = Callable[[str], AbstractContextManager[Context]]


def names(after: str | None = None, search: str = "", limit: int = 50) -> list[str]:
    return [row.name for row in query_bus.ask(ListProjects(after=after, search=search, limit=limit)).items]


class TestListProjects:
    def test_shows_only_what_one_is_a_member_of(self, owner: User, as_person: As) -> None:
        """Each person sees the projects they work in, by name, with their own role."""
        make_project(owner, "Bank", mia=Role.REVIEWER)
        make_project(owner, "Cards")

        with as_person("mia"):
            rows = query_bus.ask(ListProjects()).items

        assert [(row.name, row.role) for row in rows] == [("Bank", Role.REVIEWER)]
        assert names() == ["Bank", "Cards"]

    def test_searches_by_words_in_any_order(self, owner: User) -> None:
        """Every word must occur, in the name or the description."""
        command_bus.dispatch(CreateProject(name="Bank 2026", description="Quarter three"))
        command_bus.dispatch(CreateProject(name="Bank 2025"))

        assert names(search="three bank") == ["Bank 2026"]
        assert names(search="100%") == []

    def test_carries_the_figures_last_reported(self, project_id: ProjectId) -> None:
        """A share is never rounded up: 99.996 % is not everything."""
        with acting_as(Actor.system("reconciliation")):
            command_bus.dispatch(
                RecordProjectFigures(
                    project_id=project_id,
                    match_rate=Decimal("0.99996"),
                    records=25_000,
                    confirmed_records=24_999,
                    suggested_records=0,
                    open_items=1,
                    open_amounts={"EUR": Decimal("0.10")},
                )
            )

        [row] = query_bus.ask(ListProjects()).items
        assert (row.match_rate, row.open_items) == (Decimal("0.9999"), 1)

    def test_asks_the_database_as_often_for_many_as_for_one(self, owner: User) -> None:
        """The number of statements does not grow with the list."""
        make_project(owner, "A")
        with CaptureQueriesContext(database()) as for_one:
            query_bus.ask(ListProjects())
        for number in range(10):
            make_project(owner, f"B{number}")
        with CaptureQueriesContext(database()) as for_many:
            query_bus.ask(ListProjects())

        assert len(for_one) == len(for_many)


class TestPages:
    @pytest.fixture(autouse=True)
    def seven(self, owner: User) -> None:
        for letter in "ABCDEFG":
            make_project(owner, letter)

    def test_go_forth_and_back(self) -> None:
        """Three pages forward give everything once; `previous` leads back to the same pages."""
        first = query_bus.ask(ListProjects(limit=3))
        second = query_bus.ask(ListProjects(limit=3, after=first.next))
        third = query_bus.ask(ListProjects(limit=3, after=second.next))

        pages = [[row.name for row in page.items] for page in (first, second, third)]
        assert pages == [["A", "B", "C"], ["D", "E", "F"], ["G"]]
        assert (first.previous, third.next) == (None, None)
        assert query_bus.ask(ListProjects(limit=3, after=third.previous)) == second
        assert query_bus.ask(ListProjects(limit=3, after=second.previous)) == first

    def test_are_not_shifted_by_what_is_added_meanwhile(self, owner: User) -> None:
        """A project that sorts before the cursor moves nothing on the next page."""
        first = query_bus.ask(ListProjects(limit=3))
        make_project(owner, "AA")

        assert names(after=first.next, limit=3) == ["D", "E", "F"]

    @pytest.mark.parametrize("cursor", ["nonsense", "bnVsbA", "WyJuZXh0Il0", "WyJuZXh0IixbXSwxXQ", "é"])
    def test_refuse_a_cursor_that_no_page_gave(self, cursor: str) -> None:
        """A made-up cursor is an error on its field, never a crash or the first page."""
        with pytest.raises(InvalidMessageError) as refusal:
            query_bus.ask(ListProjects(after=cursor))

        assert list(refusal.value.fields) == ["after"]

    @pytest.mark.parametrize("limit", [0, -1, 501])
    def test_refuse_a_length_out_of_bounds(self, limit: int) -> None:
        """Nothing is capped in silence: a page longer than allowed is refused."""
        with pytest.raises(InvalidMessageError) as refusal:
            query_bus.ask(ListProjects(limit=limit))

        assert list(refusal.value.fields) == ["limit"]
