"""The JSON files that an operator hands over or asks for: a rule set, and the mappings of both sides."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconciliation.console.command import RefusedError
from reconciliation.ids import Side
from reconciliation.rules import InvalidRuleSetError, RuleSet


def read_document(path: Path) -> dict[str, Any]:
    """The file's JSON object, or a refusal that names the file and the line."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RefusedError(f"{path}: {error.strerror}. Give the path of a JSON file.") from error
    except UnicodeDecodeError as error:
        raise RefusedError(f"{path}: not UTF-8 text. Save the file as UTF-8.") from error
    except RecursionError as error:
        raise RefusedError(f"{path}: nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise RefusedError(f"{path}, line {error.lineno}: not JSON: {error.msg}. Correct this line.") from error
    if not isinstance(document, dict):
        raise RefusedError(f"{path}: a JSON object is expected, not a {type(document).__name__}.")
    return document


def read_rules(path: Path) -> dict[str, Any]:
    document = read_document(path)
    try:
        RuleSet.from_document(document)
    except InvalidRuleSetError as error:
        raise RefusedError(f"{path}: {error}. docs/rules.md describes the document.") from error
    return document


def read_mappings(path: Path) -> dict[Side, dict[str, Any]]:
    """One mapping document for each side, or for one of them."""
    document = read_document(path)
    for name, mapping in document.items():
        if name not in list(Side):
            raise RefusedError(f'{path}: "{name}" is not a side. Write {{"left": {{…}}, "right": {{…}}}}.')
        if not isinstance(mapping, dict):
            raise RefusedError(f'{path}: "{name}" is not a mapping document. docs/command-line.md describes it.')
    return {Side(name): mapping for name, mapping in document.items()}


def write_document(path: Path, document: dict[str, Any]) -> None:
    with refusing_unwritable(path):
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextmanager
def refusing_unwritable(path: Path) -> Iterator[None]:
    """What cannot be known before: a disk that is full, a folder that takes no files."""
    try:
        yield
    except OSError as error:
        raise RefusedError(f"{path}: cannot be written: {error.strerror}. Choose another place.") from error
