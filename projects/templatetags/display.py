"""Filters and tags of every template: money, counts, shares, icons."""

from datetime import timedelta
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

NOTHING = "\N{EN DASH}"
STATES = {
    "confirmed": "ok",
    "committed": "ok",
    "completed": "ok",
    "suggested": "warn",
    "proposed": "warn",
    "queued": "info",
    "settling": "info",
    "reading": "info",
    "running": "info",
    "publishing": "info",
    "failed": "bad",
    "refused": "bad",
    "imported": "ok",
    "done": "ok",
    "waiting": "warn",
    "left": "left",
    "right": "right",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, silent to a screen reader: the text beside it says the same."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("icons.svg"), name)


@register.filter
def money(amount: Decimal | None) -> str:
    """Every digit that the amount has, in groups of three; a plain minus, so that a copied number stays a number."""
    return NOTHING if amount is None else f"{amount:,f}"


@register.filter
def plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:f}"


@register.filter
def count(number: int | None) -> str:
    return NOTHING if number is None else f"{number:,}"


@register.filter
def percent(share: Decimal | None) -> str:
    """A share of one as a percentage, rounded down: 99.96 % matched is not 100 %."""
    if share is None:
        return NOTHING
    shown = int(Decimal(share) * 1000) / Decimal(10)
    return f"{shown.normalize():f}%"


@register.filter
def per_cent(share: Decimal | None) -> int:
    """A share of one as a whole number, for meters."""
    return 0 if share is None else int(Decimal(share) * 100)


@register.filter
def tone(state: str) -> str:
    """The colour that a status or a side has everywhere."""
    return STATES.get(str(state), "neutral")


@register.filter
def seconds(time: float | timedelta) -> str:
    value = time.total_seconds() if isinstance(time, timedelta) else float(time)
    return f"{value:,.2f} s" if value < 10 else f"{value:,.1f} s"  # noqa: PLR2004  below ten, hundredths still mean something


@register.filter
def size(number: int) -> str:
    return f"{number:,} bytes" if number < 1000 else f"{number / 1000:,.1f} KB"  # noqa: PLR2004


@register.filter
def field(bound: BoundField) -> SafeString:
    """A form's field with its label, help and errors."""
    return bound.as_field_group()


@register.filter
def item(mapping: dict[str, object], key: str) -> object:
    return mapping.get(key, "")


@register.filter
def humane(name: str) -> str:
    """`booking_date` and `fields.booking_date` as `Booking date`."""
    words = str(name).removeprefix("fields.").replace("_", " ")
    return words[:1].upper() + words[1:]
