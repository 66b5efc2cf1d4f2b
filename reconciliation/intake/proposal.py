"""How a file would be read, and why."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reconciliation.formats import Mapping, Question, detect
from reconciliation.intake.reuse import SavedMapping, choose, swapped, with_currency
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


def propose(
    path: Path,
    file_name: str,
    saved: SavedMapping | None,
    currency: str = "",
    across: Sequence[tuple[str, Mapping]] = (),
) -> Proposal:
    """Raises `UnreadableFileError` with the name under which the person knows the file. `across` are the sources of the
    other side with their mappings: a file that is as theirs, and not as this source's, may be on the wrong side.
    """
    with named(file_name):
        detection = detect(path)
    choice = with_currency(choose(detection, saved), currency)
    return Proposal(
        trial=try_out(path, file_name, choice.mapping),
        evidence=[asdict(evidence) for evidence in choice.evidence],
        questions=detection.questions_left(choice.mapping),
        warnings=(*detection.warnings, *choice.warnings, *swapped(detection, saved, across)),
    )
