"""docs/mappings.md is true: each of its examples gives the table below it."""

import json
import re
from pathlib import Path

import pytest

from reconciliation.formats import Mapping, inspect
from reconciliation.formats.transformations.registry import kinds
from tests.reconciliation.formats.files import written

PAGE = (Path(__file__).parents[4] / "docs" / "mappings.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n([^`]*)```\n\n((?:\|.*\n)+)", PAGE)


def rows_of(table: str) -> list[dict[str, str]]:
    names, _, *rows = ([cell.strip() for cell in line.strip(" |\n").split("|")] for line in table.splitlines())
    return [dict(zip(names, [*row, ""], strict=False)) for row in rows]


@pytest.mark.parametrize(("document", "table"), EXAMPLES, ids=[str(place) for place in range(len(EXAMPLES))])
def test_each_example_gives_its_table(tmp_path: Path, document: str, table: str) -> None:
    """The file of the page, read with the mapping of the example."""
    file = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    assert file is not None
    preview = inspect(written(tmp_path, file[1]), json.loads(document)).reading.preview

    expected = rows_of(table)
    shown = [{name: {"line": str(row.line), **row.parsed}.get(name, "") for name in expected[0]} for row in preview]
    assert shown == expected


def test_the_page_knows_every_key_and_kind() -> None:
    """A new key or transformation is not forgotten."""
    for name in (*Mapping().to_document(), *(f'"kind": "{kind}"' for kind in kinds())):
        assert name in PAGE, f"docs/mappings.md does not say what {name} is"
