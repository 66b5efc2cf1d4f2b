"""What a project demands of a file's quality: small rules that warn, or keep the file from being imported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import msgspec

from reconciliation.intake.quality import DEVIATIONS, FAR_DAYS, FIELDS

Check = Literal["missing", "rejected", "duplicates", "outliers", "future_dates", "far_dates", "other_currencies"]
Measures = dict[str, Any]


class InvalidDemandsError(ValueError):
    """The rules are not what they should be; the text names the place."""


class Demand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """At most so many lines, and at most such a share of them, may be like this. `field` is for `missing`."""

    check: Check
    field: str = ""
    more_than: int = 0
    share_above: Decimal = Decimal(0)
    then: Literal["warn", "block"] = "warn"


@dataclass(frozen=True)
class Complaint:
    """A demand that a file does not meet."""

    check: str
    field: str
    lines: int
    blocks: bool
    text: str


_USUALLY: tuple[Check, ...] = ("rejected", "outliers", "future_dates", "far_dates", "other_currencies")
USUAL = tuple(Demand(check=check) for check in _USUALLY)
_TEXTS: dict[str, str] = {
    "missing": "have no {field}",
    "rejected": "cannot be read",
    "duplicates": "were known before",
    "outliers": f"have an amount more than {DEVIATIONS} deviations from the usual one of their currency",
    "future_dates": "are dated in the future",
    "far_dates": f"are dated more than {FAR_DAYS} days from the middle of the file",
    "other_currencies": "are in another currency than the source's",
}


def demands_from(document: dict[str, Any]) -> tuple[Demand, ...]:
    """Raises `InvalidDemandsError`."""
    try:
        demands = msgspec.convert(document.get("rules", []), tuple[Demand, ...])
    except msgspec.ValidationError as error:
        raise InvalidDemandsError(str(error).replace("`$", "`rules")) from error
    if unknown := sorted(document.keys() - {"rules"}):
        raise InvalidDemandsError(f"there is no setting {', '.join(unknown)}; the rules stand under `rules`")
    for number, demand in enumerate(demands):
        if (demand.check == "missing") != bool(demand.field) or (demand.field and demand.field not in FIELDS):
            raise InvalidDemandsError(f"`rules[{number}].field`: `missing` names one of {', '.join(FIELDS)}, no other")
        if demand.more_than < 0 or not 0 <= demand.share_above <= 1:
            raise InvalidDemandsError(f"`rules[{number}]`: more_than is 0 or more, share_above is from 0 to 1")
    return demands


def complaints(measures: Measures, demands: Sequence[Demand], currency: str) -> tuple[Complaint, ...]:
    """In the order of the demands. `currency` is the source's, or empty."""
    found = []
    for demand in demands:
        count, whole = _count(measures, demand, currency), _whole(measures, demand)
        if count > demand.more_than and count > demand.share_above * whole:
            text = f"{count:,} of {whole:,} lines {_TEXTS[demand.check].format(field=demand.field.replace('_', ' '))}."
            found.append(Complaint(demand.check, demand.field, count, demand.then == "block", text))
    return tuple(found)


def _count(measures: Measures, demand: Demand, currency: str) -> int:
    counts: dict[str, Callable[[], int]] = {
        "missing": lambda: measures["missing"].get(demand.field, 0),
        "rejected": lambda: measures["rejected"],
        "duplicates": lambda: measures["duplicates"],
        "outliers": lambda: measures["outliers"]["count"],
        "future_dates": lambda: measures["dates"]["future"],
        "far_dates": lambda: measures["dates"]["far"],
        "other_currencies": lambda: sum(
            count for code, count in measures["currencies"].items() if currency and code != currency
        ),
    }
    return counts[demand.check]()


def _whole(measures: Measures, demand: Demand) -> int:
    whole: int = measures["records"]
    return whole + measures["rejected"] if demand.check == "rejected" else whole
