from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc

from reconciliation.formats.arrow import Texts, trimmed
from reconciliation.formats.transformations.transformation import OneInput


class Trim(OneInput, frozen=True, kw_only=True):
    """Without blanks around it, and with one blank where several stand."""

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        """Every kind of white space is a blank, the no-break one too."""
        del rows
        single: Any = pc.replace_substring_regex(inputs[0], r"[\s\p{Z}]+", " ")
        return trimmed(single)
