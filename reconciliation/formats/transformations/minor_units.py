from collections.abc import Iterator
from typing import Annotated

import msgspec
import numpy as np

from reconciliation.formats.arrow import Integers
from reconciliation.formats.transformations.transformation import MoneyTransformation
from reconciliation.money import MAX_SCALE


class MinorUnits(MoneyTransformation, frozen=True, kw_only=True):
    """Amounts are written in cents.

    1250 is 12.50 EUR, 1250 JPY, 1.250 BHD: by the currency's own decimals, unless they are given.
    """

    decimals: Annotated[
        int | None, msgspec.Meta(title="Decimals", description="Left empty, those of each line's currency")
    ] = None

    def more_decimals(self, exponents: Integers) -> Integers | None:
        return exponents if self.decimals is None else np.full_like(exponents, self.decimals)

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from super().problems()
        if self.decimals is not None and not 0 <= self.decimals <= MAX_SCALE:
            yield "decimals", f"is {self.decimals}: give 0 to {MAX_SCALE}"

    def in_words(self) -> str:
        return self.label() if self.decimals is None else f"Amounts have {self.decimals} decimals that are not marked"
