"""`manage.py start`, everything but the serving."""

import re
import socket
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User

from cqrs import Actor, acting_as, query_bus
from cqrs.testing import writing_anyway
from projects.models import Project
from projects.queries.list_projects import ListProjects
from reconciliation.console.command import RefusedError
from reconciliation.console.first_user import first_password, first_user
from reconciliation.console.serving import reserved
from reconciliation.queries.get_standing import GetStanding
from tests.cli.running import manage

PASSWORD = re.compile(r"with the password (\S+) \(shown only now")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class TestPort:
    @pytest.mark.django_db
    def test_in_use_is_refused_before_anything_else(self, taken: int) -> None:
        """No user, no project: the error says what to do."""
        ended = manage("start", "--port", str(taken))

        assert ended.code == 2
        assert f"Port {taken} of 127.0.0.1 cannot be used" in ended.err
        assert f"make run PORT={taken + 1}" in ended.err
        assert not User.objects.exists()

    @pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
    def test_that_is_none_is_refused(self, port: str) -> None:
        """A typing error is told as one."""
        ended = manage("start", f"--port={port}")

        assert ended.code == 2
        assert "make run PORT=8001" in ended.err

    def test_is_taken_from_the_start(self, free: int) -> None:
        """While the sample is prepared nobody else can take the port."""
        with reserved("127.0.0.1", free), pytest.raises(RefusedError, match=str(free)):
            reserved("127.0.0.1", free)


@pytest.mark.django_db
class TestFirstUser:
    def test_gets_a_random_password_once(self) -> None:
        """The password opens the account and is told exactly once."""
        user = first_user()
        password = first_password(user)

        assert password is not None
        assert user.check_password(password)
        assert first_password(first_user()) is None

    def test_is_whoever_administers_already(self) -> None:
        """An installation with a superuser keeps it, password and all."""
        anna = User.objects.create_superuser("anna", password="her own")

        assert first_user() == anna
        assert first_password(anna) is None


@pytest.mark.django_db(transaction=True)
class TestPrepare:
    def test_shows_the_sample_and_tells_the_password(self, free: int) -> None:
        """A new installation: migrated, a user, a reconciled project, its result as a table."""
        ended = manage("start", "--port", str(free), "--prepare-only")

        password = PASSWORD.search(ended.out)
        user = User.objects.get()
        assert ended.code == 0
        assert password is not None
        assert user.check_password(password[1])
        assert "Matched" in ended.out
        with acting_as(Actor.user(user)):
            (project,) = query_bus.ask(ListProjects()).items
            standing = query_bus.ask(GetStanding(project_id=project.id))
        assert [row.total.count for row in standing.rows] == [172, 287]

    def test_keeps_the_data_and_the_password_when_run_again(self, free: int) -> None:
        """The second start shows the same result, and how to set another password."""
        manage("start", "--port", str(free), "--prepare-only")
        before = User.objects.get().password

        ended = manage("start", "--port", str(free), "--prepare-only")

        assert PASSWORD.search(ended.out) is None
        assert "changepassword admin" in ended.out
        assert "Matched" in ended.out
        assert User.objects.get().password == before
        assert Project.objects.count() == 1

    def test_does_not_bring_a_deleted_sample_back(self, free: int) -> None:
        """Who has projects of their own does not get the sample again."""
        manage("start", "--port", str(free), "--prepare-only")
        with writing_anyway():
            Project.objects.update(name="Ours")

        manage("start", "--port", str(free), "--prepare-only")

        assert [project.name for project in Project.objects.all()] == ["Ours"]
