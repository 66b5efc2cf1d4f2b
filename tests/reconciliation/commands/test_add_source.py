import pytest
from django.contrib.auth.models import User

from cqrs import Actor, InvalidMessageError, NotAllowedError, acting_as, command_bus, query_bus
from cqrs.testing import captured_events
from projects.access import ProjectNotFoundError, Role
from projects.commands.add_member import AddMember
from projects.ids import ProjectId
from reconciliation.commands.add_source import AddSource, SourceNameTakenError
from reconciliation.events import SourceAdded
from reconciliation.ids import Side
from reconciliation.queries.list_sources import ListSources
from tests.factories import UserFactory, make_project
from tests.reconciliation.importing import add_source

pytestmark = pytest.mark.django_db


class TestAddSource:
    def test_names_a_system_and_its_side(self, project_id: ProjectId) -> None:
        """The source is listed, empty and without a mapping; an event tells of it."""
        with captured_events() as events:
            source_id = add_source(project_id, "Giro", Side.RIGHT, account="DE1", currency="EUR")

        (row,) = query_bus.ask(ListSources(project_id=project_id))
        assert (source_id, Side.RIGHT, "Giro", "DE1", "EUR") == (row.id, row.side, row.name, row.account, row.currency)
        assert (row.records, row.mapping_version, row.last_import_at) == (0, None, None)
        assert [SourceAdded(project_id=project_id, source_id=source_id, side="right", name="Giro")] == events

    def test_refuses_a_name_already_taken(self, project_id: ProjectId) -> None:
        """One project's second source of the same name is refused."""
        add_source(project_id, "Giro")
        with pytest.raises(SourceNameTakenError):
            add_source(project_id, "Giro")

    def test_lets_another_project_use_the_name(self, project_id: ProjectId, owner: User) -> None:
        """Names are a project's own."""
        add_source(project_id, "Giro")
        other = make_project(owner, "Q4 close")
        add_source(other, "Giro")

        assert [row.name for row in query_bus.ask(ListSources(project_id=other))] == ["Giro"]

    def test_tells_a_stranger_of_no_project(self, project_id: ProjectId) -> None:
        """Whoever is no member learns what they would learn of a project that does not exist."""
        stranger = UserFactory.create(username="sven")
        with acting_as(Actor.user(stranger), source="test"), pytest.raises(ProjectNotFoundError):
            add_source(project_id)

    @pytest.mark.parametrize(
        ("field", "values"),
        [
            ("name", {"name": " "}),
            ("name", {"name": "x" * 201}),
            ("account", {"account": "x" * 201}),
            ("currency", {"currency": "Euro"}),
            ("side", {"side": "middle"}),
        ],
    )
    def test_names_the_field_that_is_wrong(self, project_id: ProjectId, field: str, values: dict[str, str]) -> None:
        """What cannot be right with the message itself is said by field."""
        given = {"side": Side.LEFT, "name": "Giro"} | values
        with pytest.raises(InvalidMessageError) as caught:
            command_bus.dispatch(AddSource(project_id=project_id, **given))  # type: ignore[arg-type]  # on purpose

        assert [field] == list(caught.value.fields)

    def test_refuses_a_viewer(self, project_id: ProjectId) -> None:
        """Looking is not preparing."""
        viewer = UserFactory.create(username="vera")
        command_bus.dispatch(AddMember(project_id=project_id, username="vera", role=Role.VIEWER))
        with acting_as(Actor.user(viewer), source="test"), pytest.raises(NotAllowedError):
            add_source(project_id)
