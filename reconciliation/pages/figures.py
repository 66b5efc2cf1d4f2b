"""A project's standing as pictures: what config/static/js/charts.js draws."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from reconciliation.queries.get_standing import Standing, StandingRow

STATES = (("confirmed", "ok-fill"), ("suggested", "warn-fill"), ("open", "bad-fill"))
MOST_CURRENCIES = 2  # the others stand in the table only


@dataclass(frozen=True)
class OpenAmounts:
    """One currency's chart, under the name that its canvas asks for."""

    name: str
    currency: str
    chart: dict[str, object]


def totals(standing: Standing) -> dict[str, int]:
    """Records of all sources in each state; counts may be added across currencies, amounts may not."""
    return {state: sum(getattr(row, state).count for row in standing.rows) for state, _ in STATES}


def state_chart(standing: Standing) -> dict[str, object]:
    counts = totals(standing)
    series = {
        "label": "Records",
        "values": [counts[state] for state, _ in STATES],
        "shown": [f"{counts[state]:,} records" for state, _ in STATES],
        "colours": [colour for _, colour in STATES],
    }
    return {"kind": "doughnut", "labels": [state.capitalize() for state, _ in STATES], "series": [series]}


def source_chart(standing: Standing) -> dict[str, object]:
    """One bar for each source: its records by state."""
    by_source: dict[str, list[StandingRow]] = defaultdict(list)
    for row in standing.rows:
        by_source[row.source_name].append(row)
    series = []
    for state, colour in STATES:
        values = [sum(getattr(row, state).count for row in rows) for rows in by_source.values()]
        shown = [f"{value:,} records" for value in values]
        series.append({"label": state.capitalize(), "values": values, "shown": shown, "colours": [colour]})
    return {"kind": "bar", "labels": list(by_source), "series": series}


def open_amounts(standing: Standing) -> list[OpenAmounts]:
    """What is open on each source, a chart for each of the currencies with the most records."""
    sizes: dict[str, int] = defaultdict(int)
    for row in standing.rows:
        sizes[row.currency] += row.total.count
    largest = sorted(sizes, key=lambda currency: (-sizes[currency], currency))[:MOST_CURRENCIES]
    return [
        OpenAmounts(f"open-chart-{number}", currency, _open_chart(standing, currency))
        for number, currency in enumerate(largest, 1)
    ]


def _open_chart(standing: Standing, currency: str) -> dict[str, object]:
    rows = [row for row in standing.rows if row.currency == currency]
    series = []
    for label, part, colour in (("Suggested", "suggested", "warn-fill"), ("Open", "open", "bad-fill")):
        amounts: list[Decimal] = [getattr(row, part).amount for row in rows]
        series.append(
            {
                "label": label,
                "values": [float(amount) for amount in amounts],  # bar lengths; the exact amount is what is shown
                "shown": [f"{amount:,f} {currency}" for amount in amounts],
                "colours": [colour],
            }
        )
    return {"kind": "bar", "labels": [row.source_name for row in rows], "series": series}
