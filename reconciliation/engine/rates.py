"""The rates of a pass across currencies as a table, one row for each rate and the days it is in force."""

from collections.abc import Mapping
from math import gcd

import pyarrow as pa

from reconciliation.rules.currency_converted import CurrencyConverted, Rate
from reconciliation.rules.side import days_since_1970

_USUAL_SCALE = 2


def rate_table(rule: CurrencyConverted, scales: Mapping[str, int]) -> pa.Table:
    """`by` over `over` turns minor units of one currency into minor units of the other."""
    rows = []
    for rate, first, last in rule.in_force():
        by, over = _fraction(rate, scales)
        rows.append(
            {
                "unit": rate.unit,
                "currency": rate.currency,
                "first_day": days_since_1970(first),
                "last_day": days_since_1970(last),
                "by": by,
                "over": over,
                "rate": f"{rate.rate:f}",
                "rate_date": rate.date.isoformat(),
            }
        )
    return pa.Table.from_pylist(rows)


def _fraction(rate: Rate, scales: Mapping[str, int]) -> tuple[int, int]:
    decimals = max(0, -int(rate.rate.as_tuple().exponent))
    by = int(rate.rate.scaleb(decimals)) * 10 ** scales.get(rate.currency, _USUAL_SCALE)
    over = 10 ** (decimals + scales.get(rate.unit, _USUAL_SCALE))
    common = gcd(by, over)
    return by // common, over // common
