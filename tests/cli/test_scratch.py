"""The database of a project to throw away."""

import pytest
from django.db import connection

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
