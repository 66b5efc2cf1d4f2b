"""An owner who acts, and what is needed to act as somebody else."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, Context, acting_as
from projects.ids import ProjectId
from tests.factories import UserFactory, make_project


@pytest.fixture
def owner(db: None) -> Iterator[User]:
    """Whoever the test's messages come from, unless it says otherwise."""
    user = UserFactory.create(username="olga")
    with acting_as(Actor.user(user), source="test"):
        yield user


@pytest.fixture
def project_id(owner: User) -> ProjectId:
    return make_project(owner)


@pytest.fixture
def as_person(db: None) -> Callable[[str], AbstractContextManager[Context]]:
    """Act as the person of this name, who is made where there is none."""

    def act(username: str) -> AbstractContextManager[Context]:
        user = User.objects.filter(username=username).first() or UserFactory.create(username=username)
        return acting_as(Actor.user(user), source="test")

    return act
