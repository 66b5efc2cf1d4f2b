"""Whoever follows cqrs/README.md from nothing gets what it says, with the packages that it names and no others."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.cqrs.test_size import modules

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the newcomer's app has its own SQLite")

ROOT = Path(__file__).parents[2]
README = ROOT / "cqrs" / "README.md"
NAMED = {"django", "msgspec", "prometheus_client", "rich", "svcs", "uuid6"}
# What those bring or look for.
THEIRS = {"asgiref", "attr", "attrs", "markdown_it", "mdurl", "psycopg", "pygments", "sqlparse", "typing_extensions"}
BLOCK_OTHERS = """
import sys
class OnlyTheNamed:
    def find_spec(self, name, path=None, target=None):
        if name in {others!r}:
            raise ModuleNotFoundError(f"{{name}} is not among the packages of the README", name=name)
sys.meta_path.insert(0, OnlyTheNamed())
"""
RUN_EXAMPLES = """
import doctest, sys, django
django.setup()
failed, tried = doctest.testfile("examples.txt", module_relative=False)
sys.exit(failed or not tried)
"""
RUN_CORE = """
import django
django.setup()
from cqrs import command_bus
from cqrs.deliveries import drain
from hello.commands import Greet
print(command_bus.dispatch(Greet(name="Ada")))
first = drain()
command_bus.enqueue(Greet(name="Bob"))
print((first + drain()).delivered)
"""


def blocks(language: str) -> list[str]:
    """The README's blocks of this kind between the heading of the first try and the next heading."""
    section = README.read_text(encoding="utf-8").partition("## In a dozen lines\n")[2].partition("\n## ")[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def other_packages() -> set[str]:
    """What this project has installed besides, by the name that is imported."""
    site = Path(next(path for path in sys.path if path.endswith("site-packages")))
    installed = {entry.name.partition(".")[0] for entry in site.iterdir() if "-" not in entry.name}
    return installed - NAMED - THEIRS - {"__pycache__", ""}


@pytest.fixture
def newcomer(tmp_path: Path) -> Path:
    """An empty folder with `cqrs` in it, in which nothing of this project's other packages can be imported."""
    (tmp_path / "cqrs").symlink_to(ROOT / "cqrs")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BLOCK_OTHERS.format(others=other_packages()))
    return tmp_path


def run(folder: Path, *command: str) -> str:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": "site:."}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_readme_holds(newcomer: Path) -> None:
    """Settings, a dozen lines, the shell's commands, and the session in the interpreter with its very output."""
    for text in blocks("python"):
        path = newcomer / text.split("\n")[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    shell = [line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines()]
    told = [run(newcomer, sys.executable, *line.split()[1:]) for line in shell if line.startswith("python ")]
    (newcomer / "examples.txt").write_text(blocks("pycon")[0])

    run(newcomer, sys.executable, "-c", RUN_EXAMPLES)

    assert len(told) == 3
    assert "System check identified no issues" in told[1]
    assert "Greet " in told[2]
    assert "worker: hello.remember" in told[2]


def test_the_core_runs_without_its_parts(newcomer: Path) -> None:
    """Without all that the README says can be left out: a command, its event, its worker, and one for later."""
    (newcomer / "cqrs").unlink()
    parts = {name for part in modules("forbidden_modules") for name in (part, f"{part}.py")}
    shutil.copytree(
        ROOT / "cqrs",
        newcomer / "cqrs",
        ignore=lambda folder, names: parts & set(names) if Path(folder) == ROOT / "cqrs" else (),
    )
    for text in blocks("python"):
        path = newcomer / text.split("\n")[0].removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    run(newcomer, sys.executable, "-m", "django", "migrate")
    told = run(newcomer, sys.executable, "-c", RUN_CORE)

    assert told.splitlines() == ["Hello Ada", "Ada was greeted", "Bob was greeted", "3"]


def test_the_app_has_a_dozen_lines() -> None:
    """As promised: what the newcomer types besides settings."""
    app = next(text for text in blocks("python") if text.startswith("# hello/"))

    assert len([line for line in app.splitlines()[1:] if line]) == 12


def test_the_readme_names_the_packages() -> None:
    """The install line is the list that the test allows."""
    install = next(line for line in blocks("console")[0].splitlines() if "pip install" in line)

    names = [re.split("[<>=]", name.strip('"'))[0] for name in install.split()[3:]]
    assert {name.replace("-", "_") for name in names} == NAMED
