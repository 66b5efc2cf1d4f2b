"""What an operator asks of `reconcile`, checked before anything is touched."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from reconciliation.console.command import RefusedError
from reconciliation.console.documents import read_mappings, read_rules
from reconciliation.ids import Side


@dataclass(frozen=True, kw_only=True)
class Request:
    """The files to compare and where the answers go; `rules` and `mappings` are documents, already read."""

    files: dict[Side, Path]
    rules: dict[str, Any] | None = None
    mappings: dict[Side, dict[str, Any]] = field(default_factory=dict)
    out: Path | None = None
    json: Path | None = None
    save_mapping: Path | None = None
    save_rules: Path | None = None

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Self:
        """Read and check everything that can be known to be wrong before the work starts."""
        files = {Side.LEFT: Path(options["left"]), Side.RIGHT: Path(options["right"])}
        for path in files.values():
            refuse_unreadable(path)
        out = options["out"] and Path(options["out"])
        if out and out.exists() and not out.is_dir():
            raise RefusedError(f"--out {out}: this is a file. Name a folder.")
        targets = {name: options[name] and Path(options[name]) for name in ("json", "save_mapping", "save_rules")}
        for name, path in targets.items():
            if path:
                refuse_unwritable(f"--{name.replace('_', '-')}", path)
        return cls(
            files=files,
            rules=read_rules(Path(options["rules"])) if options["rules"] else None,
            mappings=read_mappings(Path(options["mapping"])) if options["mapping"] else {},
            out=out,
            **targets,
        )


def refuse_unreadable(path: Path) -> None:
    if path.is_dir():
        raise RefusedError(f"{path}: this is a folder. Name a file.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise RefusedError(f"{path}: {error.strerror}. Check the path and your right to read it.") from error


def refuse_unwritable(option: str, path: Path) -> None:
    if path.is_dir():
        raise RefusedError(f"{option} {path}: this is a folder. Name a file.")
    if not path.parent.is_dir():
        raise RefusedError(f"{option} {path}: the folder {path.parent} does not exist. Make it first.")
    if not os.access(path.parent, os.W_OK):
        raise RefusedError(f"{option} {path}: nothing may be written into {path.parent}. Choose another folder.")
