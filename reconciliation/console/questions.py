"""Asks what could not be decided from the files, with the answer's form ready to be copied."""

import json
import shlex
from pathlib import Path

from reconciliation.ids import Side
from reconciliation.queries.get_import import ImportDetail


def questions_of(detail: ImportDetail, path: Path) -> list[str]:
    """The open questions of one file, each with the option that answers it."""
    lines = [f"{path}: nothing was imported, because the file leaves open:"]
    for question in detail.questions:
        lines.append(f"  {question.text}")
        lines += [f"    --answer {shlex.quote(f'{question.decision}={choice}')}" for choice in question.choices]
    return lines


def unanswered(details: dict[Side, ImportDetail]) -> str:
    """The open questions of both files, and the document that would answer each with its first choice."""
    lines, answers = ["Some decisions cannot be made from the files alone:"], dict[str, dict[str, str]]()
    for side, detail in details.items():
        for question in detail.questions:
            lines.append(f"  {detail.row.file_name}: {question.text}")
            lines.append(f"    {question.decision}: one of {', '.join(question.choices)}")
            answers.setdefault(side.value, {})[question.decision] = question.choices[0]
    lines.append("Answer them in a file, for example this one, and give it as --mapping FILE:")
    lines.append(f"  {json.dumps(answers, ensure_ascii=False)}")
    lines.append("What that file does not say stays as proposed; --save-mapping FILE writes the whole proposal.")
    return "\n".join(lines)
