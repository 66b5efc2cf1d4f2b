from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.ids import ImportId, SourceId
from reconciliation.models import Import, ImportKind, ImportStatus, Source
from reconciliation.money import exact_sum

MOVING = frozenset({"record", "duplicate", "before"})


@dataclass(frozen=True, kw_only=True)
class StatementRow:
    """One file that states what the account stood at, in one currency (I5).

    `difference` is what opening + movements - closing leaves; `gap` the opening minus the closing before it, null for
    the first one where nothing is known of the time before. Both are zero where all is well.
    """

    import_id: ImportId
    file_name: str
    currency: str
    first_date: str | None
    last_date: str | None
    opening: Decimal | None
    movements: Decimal
    closing: Decimal | None
    difference: Decimal | None
    gap: Decimal | None
    follows: str


@dataclass(frozen=True, kw_only=True)
class Statements:
    """`gaps` and `differences` are how many rows have one; the balances are those at the cut-over."""

    cut_over_date: date | None
    opening_balances: dict[str, Decimal]
    rows: tuple[StatementRow, ...]
    gaps: int
    differences: int


class ListStatements(Query[Statements], requires=project_role(Role.VIEWER)):
    """Whether a source's statements follow one another without a gap, in the order of their dates."""

    project_id: ProjectId
    source_id: SourceId


@ListStatements.handler
def list_statements(query: ListStatements) -> Statements:
    source = Source.in_project(query.project_id, query.source_id)
    balances = {currency: Decimal(amount) for currency, amount in source.opening_balances.items()}
    rows = tuple(_chained(_newest(source), balances))
    return Statements(
        cut_over_date=source.cut_over_date,
        opening_balances=balances,
        rows=rows,
        gaps=sum(bool(row.gap) for row in rows),
        differences=sum(bool(row.difference) for row in rows),
    )


def _newest(source: Source) -> list[Import]:
    """Of each file the version that counts, in the order of their dates."""
    imports = source.imports.filter(status=ImportStatus.COMMITTED).exclude(kind=ImportKind.CORRECTION)
    versions = {found.parent_id or found.pk: found for found in imports.order_by("committed_at", "pk")}
    return sorted(versions.values(), key=lambda found: (_dates(found)[0] or "", _dates(found)[1] or "", found.pk))


def _dates(found: Import) -> tuple[str | None, str | None]:
    dates = found.quality.get("dates", {})
    return dates.get("first"), dates.get("last")


def _chained(imports: Iterable[Import], balances: dict[str, Decimal]) -> Iterator[StatementRow]:
    before = dict(balances)
    follows: dict[str, str] = defaultdict(lambda: "the cut-over")
    for found in imports:
        for currency in sorted({balance["currency"] for balance in found.balances}):
            opening, closing = (_stated(found, kind, currency) for kind in ("opening", "closing"))
            movements = _moved(found, currency)
            known = before.get(currency)
            yield StatementRow(
                import_id=ImportId(found.pk),
                file_name=found.file_name,
                currency=currency,
                first_date=_dates(found)[0],
                last_date=_dates(found)[1],
                opening=opening,
                movements=movements,
                closing=closing,
                difference=_left(_sum(opening, movements), closing),
                gap=_left(opening, known),
                follows=follows[currency] if known is not None else "",
            )
            end = closing if closing is not None else _sum(opening, movements)
            if end is not None:
                before[currency], follows[currency] = end, found.file_name


def _stated(found: Import, kind: str, currency: str) -> Decimal | None:
    """The first opening or the last closing balance: a file may hold several statements in a row."""
    amounts = [row["amount"] for row in found.balances if (row["kind"], row["currency"]) == (kind, currency)]
    return Decimal(amounts[0 if kind == "opening" else -1]) if amounts else None


def _moved(found: Import, currency: str) -> Decimal:
    rows = (row["amounts"] for row in found.accounting if row["category"] in MOVING)
    return exact_sum(Decimal(amounts.get(currency, "0")) for amounts in rows)


def _sum(opening: Decimal | None, movements: Decimal) -> Decimal | None:
    return None if opening is None else exact_sum((opening, movements))


def _left(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else exact_sum((one, other.copy_negate()))
