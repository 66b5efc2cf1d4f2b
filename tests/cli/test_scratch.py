"""The database of a project to throw away."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from cqrs import Cache, Query, anyone, query_bus, services
from cqrs.caching.answers import AnswerCache, NoAnswers
from cqrs.testing import isolated_registry
from reconciliation.console.scratch import scratch_installation

pytestmark = pytest.mark.django_db(transaction=True)


def columns() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        return {
            table: {column.name for column in connection.introspection.get_table_description(cursor, table)}
            for table in connection.introspection.table_names(cursor)
            if table != "django_migrations"
        }


def test_has_the_tables_that_migrations_make() -> None:
    """Made from the models alone, it has every table and column of a migrated database."""
    migrated = columns()

    with scratch_installation():
        made = columns()

    assert made == migrated


def test_reads_no_answer_that_was_kept_for_another_database() -> None:
    """What the configured database answered is not given inside, not even by a cache that both can reach."""
    with isolated_registry():

        class CountUsers(Query[int], requires=anyone, cache=Cache(seconds=60)): ...

        @CountUsers.handler
        def count_users(_query: CountUsers) -> int:
            return User.objects.count()

        outside = query_bus.ask(CountUsers())
        with scratch_installation():
            by_itself = services.get(AnswerCache)
            with services.overriding(AnswerCache, AnswerCache()):
                inside = query_bus.ask(CountUsers())

        assert (outside, inside, query_bus.ask(CountUsers())) == (0, 1, 0)
        assert isinstance(by_itself, NoAnswers)
