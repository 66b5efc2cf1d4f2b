from reconciliation.models.id_block import IdBlock
from reconciliation.models.imports import Import, ImportStatus
from reconciliation.models.record import Record
from reconciliation.models.rejected_line import RejectedLineRow
from reconciliation.models.source import Source
from reconciliation.models.source_mapping import SourceMapping

__all__ = [
    "IdBlock",
    "Import",
    "ImportStatus",
    "Record",
    "RejectedLineRow",
    "Source",
    "SourceMapping",
]
