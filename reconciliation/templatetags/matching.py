"""Filters and tags of match groups and of how files are read."""

import json
import re
from decimal import Decimal
from typing import Any

from django import template

from reconciliation.pages.adjustments import KINDS
from reconciliation.pages.decisions_in_words import decision_in_words, in_words
from reconciliation.queries.group_rows import GroupRow

register = template.Library()


@register.filter
def remainder(group: GroupRow) -> Decimal:
    """What is left of a group's difference once its adjustments are counted."""
    return group.difference + sum((line.amount for line in group.adjustments), Decimal(0))


@register.filter
def negated(amount: Decimal) -> Decimal:
    return -amount


@register.simple_tag
def adjustment_kinds() -> tuple[tuple[str, str], ...]:
    return KINDS


@register.filter
def kind_label(kind: str) -> str:
    return dict(KINDS).get(kind, kind)


@register.filter
def as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


@register.filter
def as_id(name: str) -> str:
    """The name of an input as part of an id that a selector can speak of: `column:amount` is `column-amount`."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", name)


@register.filter
def as_decision(name: str) -> str:
    """The decision that an input is about: `column:amount` decides `fields.amount`."""
    return name.replace("column:", "fields.", 1)


@register.filter
def decision_words(decision: str) -> str:
    """`fields.booking_date` as `Booking date`."""
    return decision_in_words(decision)


@register.filter
def as_words_of(choice: str, decision: str) -> str:
    """What a choice means, for example `day, month, year`."""
    return in_words(decision, choice)
