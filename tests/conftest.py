"""What the whole suite shares: which database it talks to, and what that leaves for the other pass."""

import os

import pytest
from django.conf import settings

SERVER_MARKS = {"postgres", "celery"}


def _on_postgres() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


def pytest_configure(config: pytest.Config) -> None:
    """A DATABASE_URL that the settings did not take would test SQLite in silence."""
    wanted = os.environ.get("DATABASE_URL", "sqlite")
    if wanted.startswith("postgres") != _on_postgres():
        raise pytest.UsageError(
            f"DATABASE_URL is {wanted}, but the settings use {settings.DATABASES['default']['ENGINE']}."
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about PostgreSQL or Celery runs in the pass that has them; what drives a browser in its own."""
    left_out = set() if _on_postgres() else set(SERVER_MARKS)
    if "browser" not in (config.option.markexpr or ""):
        left_out.add("browser")
    elsewhere = [item for item in items if left_out & {mark.name for mark in item.iter_markers()}]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]
    config.stash[_ELSEWHERE] = len(elsewhere), sorted(left_out)


_ELSEWHERE = pytest.StashKey[tuple[int, list[str]]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    count, marks = config.stash.get(_ELSEWHERE, (0, []))
    database = "PostgreSQL" if _on_postgres() else "SQLite"
    terminalreporter.write_line(f"Database: {database}. {count} tests marked {' or '.join(marks)} run in another pass.")
