from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cqrs import Query
from projects.access import project_role
from projects.ids import ProjectId, Role
from reconciliation.corrections.demanded import complaints_about
from reconciliation.ids import ImportId
from reconciliation.models import Import


@dataclass(frozen=True, kw_only=True)
class QualityFinding:
    """A demand of the project that the file does not meet; one that `blocks` keeps it from being imported."""

    check: str
    field: str
    lines: int
    blocks: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class OutlierRow:
    """`usual` is the median size of its currency."""

    line: int
    amount: Decimal
    currency: str
    usual: Decimal


@dataclass(frozen=True, kw_only=True)
class QualityReport:
    """`measured` is false while a large file waits to be committed. `missing`, `malformed` and `currencies` are counts
    of lines; `outliers` the first few of `outlier_count`.
    """

    measured: bool
    records: int
    rejected: int
    duplicates: int
    missing: dict[str, int]
    malformed: dict[str, int]
    currencies: dict[str, int]
    outlier_count: int
    outliers: tuple[OutlierRow, ...]
    first_date: str | None
    last_date: str | None
    future_dates: int
    far_dates: int
    findings: tuple[QualityFinding, ...]


class GetQualityReport(Query[QualityReport], requires=project_role(Role.VIEWER)):
    """What a file's records look like as a whole, and what of it the project does not want."""

    project_id: ProjectId
    import_id: ImportId


@GetQualityReport.handler
def get_quality_report(query: GetQualityReport) -> QualityReport:
    found = Import.in_project(query.project_id, query.import_id)
    measures: dict[str, Any] = found.quality
    dates = measures.get("dates", {})
    outliers = measures.get("outliers", {"count": 0, "lines": []})
    return QualityReport(
        measured=bool(measures),
        records=measures.get("records", 0),
        rejected=measures.get("rejected", 0),
        duplicates=measures.get("duplicates", 0),
        missing=measures.get("missing", {}),
        malformed=measures.get("malformed", {}),
        currencies=measures.get("currencies", {}),
        outlier_count=outliers["count"],
        outliers=tuple(
            OutlierRow(
                line=row["line"],
                amount=Decimal(row["amount"]),
                currency=row["currency"],
                usual=Decimal(row["usual"]),
            )
            for row in outliers["lines"]
        ),
        first_date=dates.get("first"),
        last_date=dates.get("last"),
        future_dates=dates.get("future", 0),
        far_dates=dates.get("far", 0),
        findings=tuple(
            QualityFinding(check=each.check, field=each.field, lines=each.lines, blocks=each.blocks, text=each.text)
            for each in complaints_about(found)
        ),
    )
