"""People and projects for tests. What has a command is made by it: no test stands on rows the product cannot make."""

from typing import Any

import factory
from django.contrib.auth.models import User
from factory.django import DjangoModelFactory

from cqrs import Actor, acting_as, command_bus
from projects.access import Role
from projects.commands.add_member import AddMember
from projects.commands.create_project import CreateProject
from projects.ids import ProjectId

PASSWORD = "a pass phrase of tests"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person{number}")  # type: ignore[attr-defined,no-untyped-call]

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **values: Any) -> User:
        return model_class.objects.create_user(*args, **{"password": PASSWORD, **values})


def make_project(owner: User, name: str = "Q3 close", **members: Role) -> ProjectId:
    """A project of this owner; further members by user name, made where they do not exist."""
    with acting_as(Actor.user(owner), source="test"):
        project_id = command_bus.dispatch(CreateProject(name=name))
        for username, role in members.items():
            if not User.objects.filter(username=username).exists():
                UserFactory.create(username=username)
            command_bus.dispatch(AddMember(project_id=project_id, username=username, role=role))
    return project_id
