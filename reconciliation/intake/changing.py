"""A mapping with a person's decisions laid over it, tried out."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from reconciliation.formats import STRUCTURE, InvalidMappingError, Mapping, UnreadableFileError, redetect
from reconciliation.intake.differences import differences
from reconciliation.intake.reuse import carried_over, choice_of
from reconciliation.intake.trial import Trial, named, try_out


class Standing(Protocol):
    """How a file would be read before the change: an import has its documents."""

    @property
    def file_name(self) -> str: ...

    @property
    def mapping(self) -> dict[str, Any]: ...

    @property
    def evidence(self) -> list[dict[str, Any]]: ...

    @property
    def questions(self) -> list[dict[str, Any]]: ...

    @property
    def warnings(self) -> list[str]: ...


@dataclass(frozen=True)
class Change:
    trial: Trial
    evidence: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    warnings: list[str]

    def columns(self) -> dict[str, Any]:
        """By the names of the import's columns."""
        told = {"evidence": self.evidence, "questions": self.questions, "warnings": self.warnings}
        return self.trial.columns() | told

    def open_questions(self) -> list[dict[str, Any]]:
        undecided = self.trial.mapping.undecided
        return [question for question in self.questions if question["decision"] in undecided]


class ChangeRefusedError(ValueError):
    """The file cannot be read so. `fields` are the keys of the change at fault, below `mapping`."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__(fields)
        self.fields = fields


def try_change(path: Path, standing: Standing, changes: dict[str, Any], person: str) -> Change:
    """Raises `ChangeRefusedError`. Where the change divides the file otherwise, its columns are detected anew."""
    try:
        return _try_change(path, standing, changes, person)
    except InvalidMappingError as error:
        field = f"mapping.{error.field}" if error.field else "mapping"
        raise ChangeRefusedError({field: [error.message]}) from error
    except UnreadableFileError as error:
        structural = next((name for name in STRUCTURE if name in changes), None)
        raise ChangeRefusedError({f"mapping.{structural}" if structural else "mapping": [str(error)]}) from error


def _try_change(path: Path, standing: Standing, changes: dict[str, Any], person: str) -> Change:
    before = Mapping.from_document(standing.mapping)
    with named(standing.file_name):
        detection = redetect(path, before, changes)
    if detection is None:
        after = before.with_answers(changes)
        evidence = decided_by(person, standing.evidence, before, after)
        return Change(try_out(path, standing.file_name, after), evidence, standing.questions, standing.warnings)
    start = carried_over(detection, before)
    after = start.with_answers({name: value for name, value in changes.items() if name not in STRUCTURE})
    found = [asdict(evidence) for evidence in detection.evidence]
    as_before = msgspec.structs.replace(start, **{name: getattr(before, name) for name in STRUCTURE if name in changes})
    return Change(
        trial=try_out(path, standing.file_name, after),
        evidence=decided_by(person, found, as_before, after),
        questions=[asdict(question) for question in detection.questions],
        warnings=list(detection.warnings),
    )


def decided_by(
    person: str, evidence: Iterable[dict[str, Any]], before: Mapping, after: Mapping
) -> list[dict[str, Any]]:
    """The evidence, with the person's word in place of the file's wherever the person chose something else."""
    answered = set(before.undecided) - set(after.undecided)
    changed = {difference.decision: difference for difference in differences(before, after)}
    rows = []
    for row in evidence:
        choice = choice_of(after, row["decision"])
        if changed.pop(row["decision"], None) is None and row["decision"] not in answered:
            rows.append(row)
        else:
            alternatives = sorted({row["choice"], *row["alternatives"]} - {choice})
            rows.append(row | _word(person, choice) | {"alternatives": alternatives})
    rows += [
        {"decision": decision, **_word(person, difference.after or "none"), "alternatives": []}
        for decision, difference in changed.items()
    ]
    return rows


def _word(person: str, choice: str) -> dict[str, Any]:
    return {"choice": choice, "because": f"{person} decided so", "confidence": 100}
