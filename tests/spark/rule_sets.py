"""Rule sets that together ask for every rule and every kind of pass."""

from typing import Any

_FEE = {"kind": "fee", "max": "0.05", "max_percent": "2"}
_BY_BATCH = {"left": ["batch"], "right": ["batch"]}
_RATES = [
    {"unit": "USD", "currency": "EUR", "rate": "0.9174", "date": "2026-03-01"},
    {"unit": "USD", "currency": "EUR", "rate": "0.9205", "date": "2026-03-03"},
]


def _pass(name: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "rules": list(rules), **more}


RULE_SETS: dict[str, list[dict[str, Any]]] = {
    "one to one": [
        _pass("Reference", {"type": "SameReference"}, {"type": "AmountWithin", "absolute": "0.02"}, adjustment=_FEE),
        _pass(
            "In text",
            {"type": "ReferenceInText", "left": "text", "right": "reference"},
            {"type": "AmountWithin", "absolute": "0.05", "percent": "5"},
        ),
        _pass(
            "Field and instant",
            {"type": "SameField", "left": "batch", "right": "batch"},
            {"type": "InstantsWithin", "hours": "1.5"},
            {"type": "SameAmount"},
            decide={"margin": 2},
        ),
        _pass(
            "Name",
            {"type": "SameAmount"},
            {"type": "DatesWithin", "before": 2, "after": 2},
            {"type": "SimilarText", "method": "token_set", "at_least": 60},
            tie_break=["nearest_date", "newest", "file_order"],
        ),
        _pass("Party", {"type": "SameParty", "aliases": [["Meyer", "MULLER Gmbh & Co"]]}, {"type": "SameAmount"}),
        _pass("Amount", {"type": "SameAmount"}, {"type": "DatesWithin", "before": 3, "after": 3}),
    ],
    "formula": [
        _pass(
            "Formula",
            {"type": "SameField", "left": "batch", "right": "batch"},
            {
                "type": "Expression",
                "formula": "abs(left.amount - right.amount) <= 1.01 AND left.booking_date <= right.booking_date",
            },
            adjustment={"kind": "fee", "max": "1.01"},
        ),
    ],
    "sums": [
        _pass("Equal", {"type": "SumEquals"}, cardinality="n:m", group_by=_BY_BATCH),
        _pass("Net", {"type": "SumWithin", "absolute": "9.00"}, cardinality="n:m", group_by=_BY_BATCH, adjustment=_FEE),
        _pass(
            "Subset",
            {"type": "DatesWithin", "before": 5, "after": 5},
            cardinality="1:n",
            subset={"max_parts": 3, "max_candidates": 12},
        ),
    ],
    "one side": [
        _pass("Marked", {"type": "IsReversal", "field": "kind", "marks": ["RV"]}, cardinality="contra"),
        _pass("Reversed", {"type": "SameReference"}, cardinality="contra"),
        _pass("Amount", {"type": "SameAmount"}),
    ],
    "parts": [
        _pass(
            "Paid",
            {"type": "PartialPayment"},
            cardinality="1:n",
            group_by={"left": ["reference"], "right": ["reference"]},
        ),
        _pass("Rest", {"type": "SameAmount"}),
    ],
    "across currencies": [
        _pass(
            "Converted",
            {"type": "SameReference"},
            {"type": "CurrencyConverted", "source": "ECB", "rates": _RATES},
            {"type": "AmountWithin", "absolute": "1.00"},
            adjustment={"kind": "fx", "max": "1.00"},
        ),
        _pass("Reference", {"type": "SameReference"}, {"type": "SameAmount"}),
    ],
}
