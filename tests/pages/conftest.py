"""One project for all tests of the pages; what a test changes in it is rolled back."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.pages.office import Office, open_office


@pytest.fixture(scope="package")
def office_of_all(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Office]:
    with django_db_blocker.unblock():
        opened = open_office()
        yield opened
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def office(office_of_all: Office, db: None) -> Office:
    return office_of_all


@pytest.fixture
def signed_in(office: Office) -> Callable[[str], Client]:
    """A browser in which this person is signed in: a role's name is that member's."""

    def sign_in(username: str) -> Client:
        client = Client()
        assert client.login(username=username, password="tests-only-9")
        return client

    return sign_in
