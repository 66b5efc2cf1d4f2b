from collections.abc import Sequence

import pyarrow.compute as pc

from reconciliation.formats.arrow import Texts
from reconciliation.formats.transformations.transformation import OneInput


class Digits(OneInput, frozen=True, kw_only=True):
    """Only its digits."""

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        del rows
        return pc.replace_substring_regex(inputs[0], "[^0-9]+", "")
