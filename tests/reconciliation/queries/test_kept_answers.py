"""The standing and the analytics of a project are kept until what they count changes."""

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from cqrs import query_bus
from cqrs.testing import drain
from projects.queries.get_project_analytics import GetProjectAnalytics, ProjectAnalytics
from reconciliation.ids import Side
from tests.reconciliation.desk import SAME_AMOUNT, Desk

pytestmark = pytest.mark.django_db(transaction=True)

# Who asks is looked up each time; and with a cache in the process's own memory, whether the log has grown.
READS = 1 if connection.vendor == "postgresql" else 2


def analytics(desk: Desk) -> ProjectAnalytics:
    return query_bus.ask(GetProjectAnalytics(project_id=desk.project_id))


def test_are_given_without_the_database(desk: Desk, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """The second time neither records nor figures are read."""
    desk.suggest(*SAME_AMOUNT)
    drain()
    standing, figures = desk.standing(), analytics(desk)

    with django_assert_num_queries(2 * READS):
        assert (desk.standing(), analytics(desk)) == (standing, figures)


def test_are_new_after_an_import_a_run_and_a_decision(desk: Desk) -> None:
    """Each shows in the next standing at once, and in the analytics when it was reported."""
    seen = [desk.standing()]
    desk.bring(Side.LEFT, {"amount": -250})
    seen.append(desk.standing())
    desk.suggest(*SAME_AMOUNT)
    seen.append(desk.standing())
    desk.match(desk.bring(Side.LEFT, {"amount": 500}), desk.bring(Side.RIGHT, {"amount": 500}))
    seen.append(desk.standing())
    before = analytics(desk)
    drain()

    assert [sum(row.total.count for row in standing.rows) for standing in seen] == [0, 1, 3, 5]
    assert [sum(row.confirmed.count for row in standing.rows) for standing in seen] == [0, 0, 0, 2]
    assert (before.records, analytics(desk).records) == (3, 5)
