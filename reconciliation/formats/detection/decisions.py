"""The decisions about how numbers and dates are written, from the sample or, where that leaves doubt, every line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reconciliation.formats.arrow import encode
from reconciliation.formats.cells.dates import day_of
from reconciliation.formats.cells.kinds import Kind
from reconciliation.formats.column import DateOrder
from reconciliation.formats.detection.columns import SampledColumn
from reconciliation.formats.detection.marks import Mark, Marks
from reconciliation.formats.detection.orders import Orders
from reconciliation.formats.detection.roles import Roles
from reconciliation.formats.detection.shape import Shape
from reconciliation.formats.phrases import is_not_booked
from reconciliation.formats.results import Evidence, Question
from reconciliation.formats.table import Table

Look = Callable[[Iterable[str]], None]
_MONEY = ("amount", "debit", "credit", "balance")
_SHOWN = {".": "a point", ",": "a comma"}
_CERTAIN = 95
_LONG_SPAN = 1000
_ORDER_NAMES = {"D": "day", "M": "month", "Y": "year"}


@dataclass(slots=True)
class Findings:
    """What the cells of the file say, taken together."""

    marks: Marks = field(default_factory=Marks)
    other_marks: Marks = field(default_factory=Marks)
    orders: dict[str, Orders] = field(default_factory=dict)
    days: dict[str, set[str]] = field(default_factory=dict)
    not_booked: set[str] = field(default_factory=set)


def look_at(table: Table, shape: Shape, columns: tuple[SampledColumn, ...], roles: Roles) -> Findings:
    findings = Findings()
    lookers = _lookers(findings, columns, roles)
    for position, look in lookers:
        look(columns[position].cells)
    if not table.complete and _in_doubt(findings, roles):
        for block in table.blocks(shape.first_line, shape.columns):
            for position, look in lookers if block.rows else ():
                look(encode(block.columns[position]).values)
    return findings


def _lookers(findings: Findings, columns: tuple[SampledColumn, ...], roles: Roles) -> list[tuple[int, Look]]:
    money = {roles.columns[name].position for name in _MONEY if name in roles.columns}
    lookers: list[tuple[int, Look]] = [(position, findings.marks.look) for position in sorted(money)]
    lookers += [
        (column.position, findings.other_marks.look)
        for column in columns
        if column.position not in money and money and column.share(Kind.NUMBER) == 1
    ]
    for name in ("booking_date", "value_date"):
        if name in roles.columns:
            orders = findings.orders[name] = Orders()
            days = findings.days[name] = set()
            lookers += [(roles.columns[name].position, orders.look), (roles.columns[name].position, days.update)]
    if "status" in roles.columns:
        lookers.append((roles.columns["status"].position, _not_booked_into(findings.not_booked)))
    return lookers


def _not_booked_into(found: set[str]) -> Look:
    return lambda cells: found.update(cell.strip() for cell in cells if is_not_booked(cell))


def _in_doubt(findings: Findings, roles: Roles) -> bool:
    unclear_dates = any(len(orders.best()) != 1 for orders in findings.orders.values())
    return (
        unclear_dates
        or "status" in roles.columns
        or ("booking_date" in roles.columns and findings.marks.decided is None)
    )


def decimal_mark(findings: Findings, delimiter: str) -> tuple[Mark, Evidence, Question | None, str | None]:
    """The mark, why, what to ask, and what to warn of."""
    marks, others = findings.marks, findings.other_marks
    usual: Mark = "," if delimiter == ";" else "."
    if marks.decided:
        example = marks.example[marks.decided]
        evidence = _evidence(
            marks.decided, f"{marks.decisive[marks.decided]} amounts such as {example!r} allow nothing else", 98
        )
        if not marks.mixed:
            return marks.decided, evidence, None, None
        rest = "," if marks.decided == "." else "."
        return (
            marks.decided,
            evidence,
            None,
            f"Some amounts are written with the other decimal mark, such as {marks.example[rest]!r}.",
        )
    if marks.mixed:
        question = _ask(f"Amounts are written both ways: {marks.example['.']!r} and {marks.example[',']!r}.")
        return usual, _evidence(usual, "as many amounts speak for one as for the other", 30), question, None
    if marks.open and others.decided:
        because = f"other numbers of the file such as {others.example[others.decided]!r} allow nothing else"
        return others.decided, _evidence(others.decided, because, 85), None, None
    if marks.open:
        question = _ask(
            f"{marks.example['?']!r} can be read as thousands or as decimals, and no amount of the file tells."
        )
        return usual, _evidence(usual, "no amount of the file tells", 30), question, None
    return usual, _evidence(usual, "no amount has a mark that could be either", 90), None, None


def _evidence(mark: str, because: str, confidence: int) -> Evidence:
    other = ("," if mark == "." else ".",) if confidence < _CERTAIN else ()
    return Evidence(decision="decimal_mark", choice=mark, because=because, confidence=confidence, alternatives=other)


def _ask(text: str) -> Question:
    return Question(decision="decimal_mark", text=f"{text} Is the decimal mark a point or a comma?", choices=(".", ","))


def date_order(findings: Findings, name: str) -> tuple[DateOrder, Evidence, Question | None]:
    days = sorted(findings.days[name])
    best = _plausible(findings.orders[name].best(), days)
    if len(best) == 1:
        because = "every date fits it and no other order does"
        return best[0], _order_evidence(name, best[0], because, 97), None
    if not best or _same_days(best, days):
        order: DateOrder = best[0] if best else "YMD"
        return order, _order_evidence(name, order, "no date of the column could be read otherwise", 90), None
    example = next((day for day in days if day.strip()), "")
    names = " or ".join("-".join(_ORDER_NAMES[letter] for letter in order) for order in best)
    text = f"Dates such as {example!r} can be read as {names}, and no date of the file tells. In which order are they?"
    evidence = _order_evidence(name, best[0], "no date of the column tells", 40, best[1:])
    return best[0], evidence, Question(decision="date_order", text=text, choices=tuple(best))


def _order_evidence(name: str, order: str, because: str, confidence: int, others: tuple[str, ...] = ()) -> Evidence:
    decision = "date_order" if name == "booking_date" else f"fields.{name}.order"
    return Evidence(decision=decision, choice=order, because=because, confidence=confidence, alternatives=others)


def _plausible(orders: tuple[DateOrder, ...], days: list[str]) -> tuple[DateOrder, ...]:
    """A two-digit year in front is dropped when it would spread over decades what lies within months otherwise."""
    spans = {order: _span(order, days) for order in orders}
    if len(orders) > 1 and "YMD" in spans and spans["YMD"] > min(_LONG_SPAN, 10 * min(spans.values())):
        orders = tuple(order for order in orders if order != "YMD")
    if set(orders) <= {"MYD", "DYM"}:
        return orders
    return tuple(sorted(orders, key=lambda order: spans[order]))


def _same_days(orders: tuple[DateOrder, ...], days: list[str]) -> bool:
    return all(len({day_of(text, order) for order in orders}) == 1 for text in days)


def _span(order: DateOrder, days: list[str]) -> int:
    found = [day for text in days if (day := day_of(text, order))]
    return (max(found) - min(found)).days if found else 0
