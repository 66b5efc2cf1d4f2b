"""Runs a command as an operator does, and keeps what it said."""

import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


def manage(*arguments: str | Path) -> Ended:
    """The exit code that a shell would see, and both outputs; a refusal's text counts as error output."""
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
        code = error.returncode
    except SystemExit as ended:
        code = int(ended.code or 0)
    return Ended(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Files:
    """A pair of files in a folder of their own, written by the test that reads about them."""

    folder: Path

    def write(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def json(self, name: str, document: object) -> Path:
        return self.write(name, json.dumps(document))

    def read(self, name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return document
