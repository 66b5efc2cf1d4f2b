"""The results document of `--json`, written as it is read: see docs/command-line.md for its form."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

from projects.ids import ProjectId
from reconciliation.console import results
from reconciliation.ids import Side
from reconciliation.queries.list_results import ResultGroup, ResultLeg

STATUS = {"confirmed": "matched", "suggested": "suggested"}


def write_results(path: Path, project_id: ProjectId, imports: frozenset[int], summary: dict[str, Any]) -> None:
    """The file appears under its name when it is complete; a pipe or a device is written to, never replaced."""
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as file:
            _write(file, project_id, imports, summary)
        return
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("w", encoding="utf-8") as file:
            _write(file, project_id, imports, summary)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write(file: TextIO, project_id: ProjectId, imports: frozenset[int], summary: dict[str, Any]) -> None:
    file.write('{"groups": ')
    _write_list(file, (group_document(group, imports) for page in results.groups(project_id) for group in page))
    for side in Side:
        file.write(f',\n"unmatched_{side}": ')
        pages = results.unmatched(project_id, side)
        _write_list(file, (results.identity(record, imports) for page in pages for record in page))
    file.write(f',\n"summary": {json.dumps(summary, ensure_ascii=False)}}}\n')


def _write_list(file: TextIO, items: Iterable[object]) -> None:
    """A JSON list with one item a line, so that two results can be compared line by line."""
    separator = "[\n"
    for item in items:
        file.write(separator + json.dumps(item, ensure_ascii=False))
        separator = ",\n"
    file.write("[]" if separator == "[\n" else "\n]")


def group_document(group: ResultGroup, imports: frozenset[int]) -> dict[str, Any]:
    """Of a group that uses a record in part: `partial`, what the whole records differ by, and what is left of each."""
    document: dict[str, Any] = {
        "left": [results.identity(leg.record, imports) for leg in group.left],
        "right": [results.identity(leg.record, imports) for leg in group.right],
        "status": STATUS[group.status],
        "difference": f"{group.difference:f}",
        "currency": group.currency,
        "pass": group.pass_name,
        "score": float(group.score),
    }
    sides = ((Side.LEFT, group.left), (Side.RIGHT, group.right))
    if residuals := [_residual(side, leg, imports) for side, legs in sides for leg in legs if leg.rest]:
        document["residuals"] = residuals
        document["difference"] = f"{group.whole_difference:f}"
        document["status"] = "partial" if group.status == "confirmed" else document["status"]
    if group.rate is not None:
        document["rate"] = {"rate": str(group.rate.rate), "date": str(group.rate.date), "source": group.rate.source}
    return document


def _residual(side: Side, leg: ResultLeg, imports: frozenset[int]) -> dict[str, str]:
    return {"side": side.value, "record": results.identity(leg.record, imports), "amount": f"{leg.rest:f}"}
