"""What stands out in a file as a whole, in sentences."""

from datetime import UTC, datetime

from reconciliation.formats import Inspection
from reconciliation.intake.demands import USUAL, complaints
from reconciliation.intake.quality import measured


def quality_sentences(inspection: Inspection) -> list[str]:
    """By the usual rules: a project may have its own."""
    reading = inspection.reading
    today = datetime.now(UTC).date()
    measures = measured(reading.records, inspection.mapping, reading.rejected, 0, today)
    missing = [
        f"{lines:,} of {measures['records']:,} lines have no {field.replace('_', ' ')}."
        for field, lines in measures["missing"].items()
    ]
    outliers = [
        f"Line {row['line']:,} is {row['amount']} {row['currency']}; usual are about {row['usual']}."
        for row in measures["outliers"]["lines"]
    ]
    return [*missing, *(complaint.text for complaint in complaints(measures, USUAL, "")), *outliers]
