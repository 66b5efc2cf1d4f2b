"""What a project demands of its files, and what one of them lacks."""

from reconciliation.intake.demands import USUAL, Complaint, Demand, complaints, demands_from
from reconciliation.models import Import, QualityRules


def demands_of(project_id: int) -> tuple[Demand, ...]:
    """The project's own, or the usual ones, which only warn."""
    found = QualityRules.objects.filter(project_id=project_id).first()
    return USUAL if found is None else demands_from(found.document)


def complaints_about(found: Import) -> tuple[Complaint, ...]:
    """None while nothing is measured yet: a large file is measured when it is committed."""
    return complaints(found.quality, demands_of(found.project_id), found.source.currency) if found.quality else ()
