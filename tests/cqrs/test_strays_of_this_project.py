"""Nothing in this project goes past the buses, and what may says why."""

import re
from pathlib import Path

from cqrs.strays import strays

ROOT = Path(__file__).parents[2]
EXCEPTIONS = {
    "config/api/accounts.py": 3,  # tokens of knox
    "reconciliation/console/first_user.py": 2,  # the first account, before there is anybody to send a command
    "reconciliation/console/scratch.py": 1,  # a database that is thrown away
}


def test_nothing_goes_past_the_buses() -> None:
    """No write outside of handlers, no model of another app, no editable admin page, no comment without need."""
    assert [str(stray) for stray in strays()] == []


def test_the_exceptions_are_these() -> None:
    """A new exception is a decision, so it is made here too."""
    found = {
        str(file.relative_to(ROOT)): len(re.findall(r"# stray: \S", file.read_text(encoding="utf-8")))
        for folder in ("config", "projects", "reconciliation")
        for file in (ROOT / folder).rglob("*.py")
    }

    assert {name: count for name, count in found.items() if count} == EXCEPTIONS
