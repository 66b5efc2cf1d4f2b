"""What the whole suite shares: which database it talks to, and what that leaves for the other pass."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.conf import settings

from cqrs.testing import only_handlers_write

pytest_plugins = ["cqrs.testing.plugin"]

# The other tests drive by hand what a worker runs, or the tables themselves.
GUARDED = (
    "projects",
    "api",
    "pages",
    "cli",
    *(f"reconciliation/{each}" for each in ("commands", "queries", "decisions")),
)
SERVER_MARKS = {"postgres", "celery"}
OWN_TARGETS = {"browser", "kills", "spark"}
# These ask no configured database anything: they are plain Python, or make an SQLite database of their own.
WITHOUT_DATABASE = (
    "reconciliation/formats",
    "reconciliation/rules",
    "reconciliation/engine",
    "migrating",
    "cli/test_reconcile",
)
# `make test` runs each test once, on the database that says most about it: these on PostgreSQL, the others on SQLite.
# `make test-other` (TEST_OTHER=1) runs each on the other one.
ON_POSTGRES = ("reconciliation", "crashes")


def _on_postgres() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def pytest_configure(config: pytest.Config) -> None:
    """A DATABASE_URL that the settings did not take would test SQLite in silence."""
    wanted = os.environ.get("DATABASE_URL", "sqlite")
    if wanted.startswith("postgres") != _on_postgres():
        raise pytest.UsageError(
            f"DATABASE_URL is {wanted}, but the settings use {settings.DATABASES['default']['ENGINE']}."
        )


def _left_out(config: pytest.Config) -> set[str]:
    """What is about PostgreSQL or Celery runs in the pass that has them; what has a target of its own, there."""
    marks = set() if _on_postgres() else set(SERVER_MARKS)
    return marks | {mark for mark in OWN_TARGETS if mark != config.option.markexpr}


def _elsewhere(config: pytest.Config, item: pytest.Item) -> bool:
    """Whether another pass runs it; a path that is asked for by name runs on the database at hand."""
    place, marks = _place(item), {mark.name for mark in item.iter_markers()}
    if _left_out(config) & marks:
        return True
    if place.startswith(WITHOUT_DATABASE):
        return _on_postgres() or _other()
    if config.args != ["tests"]:
        return False
    if SERVER_MARKS & marks:
        return _other()
    return place.startswith(ON_POSTGRES) is not (_on_postgres() is not _other())


def _other() -> bool:
    return bool(os.environ.get("TEST_OTHER"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    elsewhere = [item for item in items if _elsewhere(config, item)]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in set(elsewhere)]
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))


def _group(item: pytest.Item) -> str:
    """A process takes a file at a time; all pages, which share what they only read; and all that is at the broker."""
    if item.get_closest_marker("celery"):
        return "celery"
    return "pages" if "tests/pages" in item.nodeid else item.path.name


def _place(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).as_posix()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    database = "PostgreSQL" if _on_postgres() else "SQLite"
    marks = " or ".join(sorted(_left_out(config)))
    terminalreporter.write_line(f"Database: {database}. Tests marked {marks} run in another pass.")
    if config.args == ["tests"]:
        ran = "Only" if _on_postgres() is not _other() else "All but"
        other = "`make test`" if _other() else "`make test-other`"
        terminalreporter.write_line(
            f"{ran} {', '.join(ON_POSTGRES)} ran here; {other} runs each test on the other database."
        )


@pytest.fixture(autouse=True)
def handlers_alone_write(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whichever door a test goes through, rows of the apps are written by handlers, subscribers and workers."""
    place = _place(request.node)
    with only_handlers_write("projects", "reconciliation") if place.startswith(GUARDED) else nullcontext():
        yield
