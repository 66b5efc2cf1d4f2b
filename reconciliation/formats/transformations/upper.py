from collections.abc import Sequence

import pyarrow.compute as pc

from reconciliation.formats.arrow import Texts
from reconciliation.formats.transformations.transformation import OneInput


class Upper(OneInput, frozen=True, kw_only=True):
    """In capital letters."""

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        del rows
        return pc.utf8_upper(inputs[0])
