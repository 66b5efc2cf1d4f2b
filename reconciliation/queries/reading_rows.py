"""How a file is, or would be, read, as the rows of an answer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    decision: str
    choice: str
    because: str
    confidence: int
    alternatives: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionRow:
    decision: str
    text: str
    choices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PreviewRow:
    line: int
    cells: tuple[str, ...]
    parsed: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class LineCountRow:
    category: str
    lines: int
    amounts: dict[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class RejectedLineSample:
    line: int
    field: str
    reason: str
    raw: str


def evidence_row(row: dict[str, Any]) -> EvidenceRow:
    return EvidenceRow(**{**row, "alternatives": tuple(row["alternatives"])})


def question_row(row: dict[str, Any]) -> QuestionRow:
    return QuestionRow(**{**row, "choices": tuple(row["choices"])})


def preview_row(row: dict[str, Any]) -> PreviewRow:
    return PreviewRow(**{**row, "cells": tuple(row["cells"])})


def line_count_row(row: dict[str, Any]) -> LineCountRow:
    amounts = {currency: Decimal(amount) for currency, amount in row["amounts"].items()}
    return LineCountRow(category=row["category"], lines=row["lines"], amounts=amounts)
