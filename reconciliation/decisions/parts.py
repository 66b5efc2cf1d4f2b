"""I1 where groups use parts of records: never more than there is, never with another sign."""

from collections.abc import Sequence

from projects.ids import ProjectId
from reconciliation.decisions.locks import RecordTakenError
from reconciliation.models import MatchLeg, Record
from reconciliation.models.parts import open_amount, parts_of
from reconciliation.money import to_decimal


def fit_parts(project_id: ProjectId, legs: Sequence[MatchLeg]) -> None:
    """Tells the legs of (locked) records, which are about to be confirmed, whether they use their records up.

    Raises RecordTakenError where less is left of a record than a leg uses.
    """
    record_ids = [leg.record_id for leg in legs]
    parts = parts_of(project_id, record_ids)
    wanted = {leg.record_id: leg for leg in legs if leg.allocated is not None or leg.record_id in parts}
    for record in Record.objects.filter(id__in=list(wanted)):
        leg, rest = wanted[record.id], open_amount(record, parts.get(record.id, ()))
        if leg.allocated is None or rest is None:
            raise RecordTakenError(str(record.id))
        used = to_decimal(leg.allocated, leg.scale)
        if abs(used) > abs(rest) or (used < 0) != (rest < 0):
            raise RecordTakenError(str(record.id))
        leg.closes = used == rest
