"""Rows that are complete and still no payments, by what they call themselves."""

import numpy as np
import pyarrow.compute as pc

from reconciliation.formats.arrow import Flags, chosen, flags, lengths, texts, trimmed
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.phrases import LONGEST_SUSPECT, SUSPECT_TEXTS
from reconciliation.formats.table import Block

_NAMED_BY = ("text", "counterparty", "reference")


def suspects(block: Block, mapping: Mapping) -> Flags:
    """Rows whose text is nothing but `Total` or `Opening balance`, in a table of amounts."""
    found = np.zeros(block.rows, dtype=np.bool_)
    if not {"amount", "debit"} & mapping.fields.keys():
        return found
    for place in (mapping.position(name) for name in _NAMED_BY):
        if place is not None:
            short = np.flatnonzero(lengths(block.columns[place]) <= LONGEST_SUSPECT)
            written = pc.utf8_lower(trimmed(chosen(block.columns[place], short)))
            found[short[flags(pc.is_in(written, texts(list(SUSPECT_TEXTS))))]] = True
    return found
