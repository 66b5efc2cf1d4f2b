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
# What the doors show on PostgreSQL is a suite of its own: `make test-doors` names these folders.
DOORS = ("api", "pages", "cli")


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


def _not_on_postgres(config: pytest.Config) -> tuple[str, ...]:
    return (*WITHOUT_DATABASE, *DOORS) if config.args == ["tests"] else WITHOUT_DATABASE


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = _left_out(config)
    elsewhere = [
        item
        for item in items
        if left_out & {mark.name for mark in item.iter_markers()}
        or (_on_postgres() and _place(item).startswith(_not_on_postgres(config)))
    ]
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
    terminalreporter.write_line(f"Database: {database}. Tests marked {marks} run in another pass.{_others(config)}")


def _others(config: pytest.Config) -> str:
    if not _on_postgres():
        return ""
    doors = f" `make test-doors` runs {', '.join(DOORS)}." if config.args == ["tests"] else ""
    return f" So do {', '.join(WITHOUT_DATABASE)}, which ask no database of ours.{doors}"


@pytest.fixture(autouse=True)
def handlers_alone_write(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whichever door a test goes through, rows of the apps are written by handlers, subscribers and workers."""
    place = _place(request.node)
    with only_handlers_write("projects", "reconciliation") if place.startswith(GUARDED) else nullcontext():
        yield
