"""The Python blocks of cqrs/README.md are accepted by the code that they are about, and its test passes."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

import cqrs
from cqrs.processes import processes
from cqrs.projections import projections
from cqrs.testing import Fakes, FrozenClock, Given, isolated_registry

README = Path(cqrs.__file__).parent / "README.md"
BOXES = Path(__file__).with_name("boxes.py")


def examples() -> list[str]:
    """All but the files of the first try, which are named on their first line, and what runs a follower for ever."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return [re.sub(r"^feed\.follow.*$", "", block, flags=re.MULTILINE) for block in blocks if block[:2] != "# "]


@pytest.fixture
def boxes() -> Iterator[dict[str, Any]]:
    """The names that the examples use; whatever they declare is forgotten."""
    with isolated_registry(), patch.dict(processes), patch.dict(projections):
        yield runpy.run_path(str(BOXES))


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.split("(")[0].split("\n")[0])
def test_every_example_is_accepted(boxes: dict[str, Any], example: str) -> None:
    """Its declarations run: decorators, options and base classes exist as they are written."""
    before = set(boxes)
    exec(compile(example, str(README), "exec"), boxes)

    assert set(boxes) - before or "class BoxOpened" in example


def test_the_test_of_the_readme_passes(
    boxes: dict[str, Any], given: Given, fake: Fakes, frozen_clock: FrozenClock
) -> None:
    """given, when, then, later, fails: as it stands there."""
    (example,) = [block for block in examples() if "def test_" in block]
    exec(compile(example, str(README), "exec"), boxes)

    boxes["test_an_opened_box_is_paid"](given, fake, frozen_clock)

    assert len(examples()) >= 8
