"""Filters and tags of match groups and of how files are read."""

from decimal import Decimal

from django import template

from reconciliation.pages.adjustments import KINDS
from reconciliation.pages.mapping_form import in_words
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
def as_words_of(choice: str, decision: str) -> str:
    """What a choice means, for example `day, month, year`."""
    return in_words(decision, choice)
