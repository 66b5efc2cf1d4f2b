"""Reads docs/migrating.md: the files that each step leaves behind, and what it says that a command prints."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "migrating.md"

_HEADING = re.compile(r"^## (\d)\. (.+)$", re.MULTILINE)
_FILE = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)
_CONSOLE = re.compile(r"```console\n\$ ([^\n]+)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One heading: the project as it is when the step is done."""

    number: int
    title: str
    files: dict[str, str]
    console: tuple[tuple[str, str], ...]

    def build(self, folder: Path) -> None:
        """Write the project into the folder, with `cqrs` beside it."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (folder / "cqrs").symlink_to(ROOT / "cqrs")


def steps() -> list[Step]:
    """Each step has the files of the one before it, but for those that it shows anew."""
    page = PAGE.read_text(encoding="utf-8")
    headings = list(_HEADING.finditer(page))
    ends = [heading.start() for heading in headings[1:]] + [page.index("\n## What stays outside")]
    found: list[Step] = []
    files: dict[str, str] = {}
    for heading, end in zip(headings, ends, strict=True):
        section = page[heading.end() : end]
        files = files | {name: f"# {name}\n{text}" for name, text in _FILE.findall(section)}
        console = tuple((command, printed) for command, printed in _CONSOLE.findall(section))
        found.append(Step(int(heading[1]), heading[2], files, console))
    return found
