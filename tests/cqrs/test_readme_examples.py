"""The README's examples run as they stand."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from cqrs.testing import drain, isolated_registry

README = Path(__file__).parents[2] / "README.md"


def examples() -> list[str]:
    """The Python blocks between the markers."""
    section = re.search(r"<!-- examples.*?-->(.*?)<!-- /examples -->", README.read_text(), re.DOTALL)
    assert section is not None
    return re.findall(r"```python\n(.*?)```", section[1], re.DOTALL)


@pytest.mark.django_db
def test_every_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """A command, a query, an event and the registry, in this order, in one module."""
    module = {"__name__": "readme", "user": User.objects.create_user("anna")}
    with isolated_registry():
        for example in examples():
            exec(compile(example, str(README), "exec"), module)
        drain()

    assert capsys.readouterr().out.splitlines() == ["Q3 close anna", "now: 5", "later: 5"]
    assert len(examples()) == 4
