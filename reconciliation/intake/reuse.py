"""Whether what was decided for a source's last file holds for the next one."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from reconciliation.formats import Column, Detection, Evidence, InvalidMappingError, Mapping

_OF_THE_SOURCE = (
    "fields",
    "transformations",
    "currency",
    "sign",
    "pending",
    "decimal_mark",
    "thousands_mark",
    "date_order",
)
HINT = 60
_TELLING = (
    "account",
    "amount",
    "booking_date",
    "credit",
    "currency",
    "debit",
    "indicator",
    "key",
    "reference",
    "value_date",
)
_WRITTEN_IN_THE_FILE = ("decimal_mark", "date_order")


@dataclass(frozen=True)
class SavedMapping:
    version: int
    mapping: Mapping


@dataclass(frozen=True)
class Choice:
    """The mapping to propose, and what is to be said about where it comes from."""

    mapping: Mapping
    evidence: tuple[Evidence, ...]
    warnings: tuple[str, ...] = ()


def carried_over(detection: Detection, before: Mapping) -> Mapping:
    """What was decided before the file was divided anew, where it still fits; else what the file now suggests."""
    if _obstacle(detection, before):
        return detection.mapping
    still_open = tuple(decision for decision in detection.mapping.undecided if decision in before.undecided)
    return msgspec.structs.replace(_adapted(detection.mapping, before), undecided=still_open)


def choose(detection: Detection, saved: SavedMapping | None) -> Choice:
    """The saved mapping where it fits the file, else what the file itself suggests."""
    if saved is None:
        return Choice(detection.mapping, detection.evidence)
    obstacle = _obstacle(detection, saved.mapping)
    if obstacle:
        warning = f"Version {saved.version} of this source's mapping does not fit: {obstacle}. Check the mapping."
        return Choice(detection.mapping, detection.evidence, (warning,))

    mapping = _adapted(detection.mapping, saved.mapping)
    return Choice(mapping, (_reused(saved), *_still_true(detection, mapping)))


def _obstacle(detection: Detection, saved: Mapping) -> str | None:
    """Why the saved mapping cannot read this file; nothing when it can."""
    found = detection.mapping
    if saved.format != found.format:
        return f"it reads {saved.format}, and the file is {found.format}"
    missing = sorted(column.header for column in saved.fields.values() if _absent(column, found))
    if missing:
        return f"the file has no column {', '.join(map(repr, missing))}"
    if not saved.headers and (found.headers or saved.columns != found.columns):
        return "the columns are not the same"
    if unused := sorted(name for name, column in found.fields.items() if _is_news(name, column, saved)):
        return f"the file has a column for {', '.join(unused)} that the source's last file did not have"
    for decision in _WRITTEN_IN_THE_FILE:
        before, now = getattr(saved, decision), getattr(found, decision)
        if before != now and decision not in found.undecided and _decided_by_lines(detection, decision):
            return f"the file is written with {decision.replace('_', ' ')} {now!r}, not {before!r}"
    return _broken_step(_adapted(found, saved))


def swapped(detection: Detection, saved: SavedMapping | None, across: Sequence[tuple[str, Mapping]]) -> tuple[str, ...]:
    """A warning where the header is that of the other side's files and not that of this source's. A source's first
    file is not suspected: two systems may well export the same columns.
    """
    header = detection.mapping.headers
    if saved is None or saved.mapping.headers == header or detection.mapping.header_line is None:
        return ()
    named = next((name for name, mapping in across if mapping.headers == header), None)
    if named is None:
        return ()
    return (f"It has the columns of the files of {named}, on the other side. Was it meant for this side?",)


def _broken_step(adapted: Mapping) -> str | None:
    """A transformation that reads what the file does not have."""
    try:
        adapted.derivation  # noqa: B018  it is checked where it is made
    except InvalidMappingError as error:
        return str(error)
    return None


def _is_news(name: str, column: Column, saved: Mapping) -> bool:
    """A column that tells what the saved mapping does not read, and that nobody can have left out on purpose."""
    return name in _TELLING and name not in saved.fields and bool(saved.headers) and column.header not in saved.headers


def _absent(column: Column, found: Mapping) -> bool:
    return bool(column.header) and found.headers.count(column.header) != 1


def _decided_by_lines(detection: Detection, decision: str) -> bool:
    """The file's own lines allow one reading only; what it merely does not contradict was decided before."""
    return any(evidence.decision == decision and not evidence.alternatives for evidence in detection.evidence)


def _adapted(found: Mapping, saved: Mapping) -> Mapping:
    """What belongs to the source from the saved mapping; encoding, dialect and place of the table from the file."""
    kept = {name: getattr(saved, name) for name in _OF_THE_SOURCE}
    kept["fields"] = {
        name: msgspec.structs.replace(column, column=found.headers.index(column.header)) if column.header else column
        for name, column in saved.fields.items()
    }
    return msgspec.structs.replace(found, **kept, undecided=())


def _reused(saved: SavedMapping) -> Evidence:
    return Evidence(
        decision="mapping",
        choice=f"version {saved.version} of this source",
        because="every column that it names is in the file, and the file's numbers and dates do not speak against it",
        confidence=100,
        alternatives=("a new proposal",),
    )


def _still_true(detection: Detection, mapping: Mapping) -> tuple[Evidence, ...]:
    """The evidence of those decisions that are the same in the chosen mapping."""
    found = detection.mapping
    return tuple(
        row for row in detection.evidence if choice_of(found, row.decision) == choice_of(mapping, row.decision)
    )


def choice_of(mapping: Mapping, decision: str) -> str:
    """What the mapping says about a decision, in words: a key of its document, or `fields.` and a field."""
    if decision.startswith("fields."):
        column = mapping.fields.get(decision.removeprefix("fields."))
        if column is None:
            return "no column"
        return repr(column.header) if column.header else f"column {column.column + 1}"
    if decision == "sign":
        return mapping.sign.convention
    if decision == "transformations":
        return "; ".join(f"{step.target}: {step.in_words()}" for step in mapping.transformations)
    value = getattr(mapping, decision, "")
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def with_currency(choice: Choice, currency: str) -> Choice:
    """The source's currency for a file that states none; a person said it, the file at most hints at another."""
    mapping = choice.mapping
    stated = any(row.decision == "currency" and row.confidence > HINT for row in choice.evidence)
    if not currency or stated or "currency" in {*mapping.fields, *mapping.derivation.targets}:
        return choice
    evidence = Evidence(
        decision="currency", choice=currency, because="the source has it and the file states none", confidence=95
    )
    others = (row for row in choice.evidence if row.decision != "currency")
    return Choice(mapping.with_answers({"currency": currency}), (*others, evidence), choice.warnings)
