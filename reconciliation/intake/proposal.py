"""How a file would be read, and why."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reconciliation.formats import Question, detect
from reconciliation.intake.reuse import SavedMapping, choose, with_currency
from reconciliation.intake.trial import Trial, named, try_out


@dataclass(frozen=True)
class Proposal:
    """A trial of the proposed mapping, with what speaks for it and what it leaves open."""

    trial: Trial
    evidence: list[dict[str, Any]]
    questions: tuple[Question, ...]
    warnings: tuple[str, ...]

    def columns(self) -> dict[str, Any]:
        """By the names of the import's columns."""
        return self.trial.columns() | {
            "evidence": self.evidence,
            "questions": [asdict(question) for question in self.questions],
            "warnings": list(self.warnings),
        }


def propose(path: Path, file_name: str, saved: SavedMapping | None, currency: str = "") -> Proposal:
    """Raises `UnreadableFileError` with the name under which the person knows the file."""
    with named(file_name):
        detection = detect(path)
    choice = with_currency(choose(detection, saved), currency)
    return Proposal(
        trial=try_out(path, file_name, choice.mapping),
        evidence=[asdict(evidence) for evidence in choice.evidence],
        questions=detection.questions_left(choice.mapping),
        warnings=(*detection.warnings, *choice.warnings),
    )
