"""A person who acts in a project, and files of their own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import FileSystemStorage

from cqrs import services
from projects.ids import ProjectId
from reconciliation.storage import Storage
from tests.factories import make_project
from tests.projects.conftest import as_person, owner, project_id
from tests.reconciliation.desk import Desk

__all__ = ["as_person", "owner", "project_id", "storage"]


@pytest.fixture(autouse=True)
def storage(tmp_path: Path) -> Iterator[Storage]:
    """What a test stores is its own."""
    with services.overriding(Storage, Storage(FileSystemStorage(tmp_path / "stored"))) as own:
        yield own


@pytest.fixture
def desk(storage: Storage, project_id: ProjectId) -> Desk:
    return Desk(project_id)


@pytest.fixture
def other_project(owner: User) -> ProjectId:
    """A second project of the same person, whose sources and files are its own."""
    return make_project(owner, "Q4 close")
