"""docs/migrating.md is true: each step runs, answers requests alike, and the check finds what the page says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.migrating.guide import ROOT, Step, steps

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the app of the page has its own SQLite")

STEPS = steps()
SAME_FOR_ALL = {
    "placed": [[201, ["order"]], [409, ["error"]]],
    "demand": {"demand": [[1, 2]]},
    "mails": ["Order 1 is on its way."],
    "cancelled": 302,
    "demand after": {"demand": []},
}
PLUGINS = ("-p", "cqrs.testing.plugin", "-p", "no:cacheprovider")  # loaded before Django is set up
STRAY_TEST = """
import pytest
from cqrs.testing import StrayWriteError
from stock.models import Product

@pytest.mark.django_db
def test_it() -> None:
    with pytest.raises(StrayWriteError, match="test_stray.py:9 in test_it writes to stock_product"):
        getattr(Product.objects, "cre" + "ate")(name="Lamp", on_hand=1)
"""


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": "."}
    arguments = [sys.executable, *command]
    return subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.title)
def test_every_step_holds(step: Step, tmp_path: Path) -> None:
    """Requests are answered alike, cancelled goods come back once stock listens, and the check prints what is shown."""
    step.build(tmp_path)
    (tmp_path / "requests.py").write_text((ROOT / "tests/migrating/requests.py").read_text())
    done = run(tmp_path, "requests.py", *(command for command, _ in step.console))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)

    assert said["requests"] == [SAME_FOR_ALL, 3 if step.number >= 4 else 1]
    assert said["commands"] == [[printed, printed.startswith("No write")] for _, printed in step.console]
    assert len(step.console) == (step.number > 0)


def test_the_last_steps_own_tests_pass(tmp_path: Path) -> None:
    """They run as they stand, and the guard names the line of a write that the check of the text cannot see."""
    STEPS[-1].build(tmp_path)
    (tmp_path / "test_stray.py").write_text(STRAY_TEST)
    done = run(tmp_path, "-m", "pytest", "-q", *PLUGINS, "--no-migrations", ".")

    assert "3 passed" in done.stdout, done.stdout + done.stderr


def test_the_result_is_clean(tmp_path: Path) -> None:
    """What people copy from the page satisfies the linter on errors, imports and names; there are six headings."""
    STEPS[-1].build(tmp_path)
    done = run(tmp_path, "-m", "ruff", "check", "--isolated", "--select", "E,F,I,B,UP,N", "--line-length", "120", ".")

    assert done.returncode == 0, done.stdout
    assert [step.number for step in STEPS] == [0, 1, 2, 3, 4, 5]
