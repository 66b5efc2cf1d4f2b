from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec
import pyarrow as pa

from reconciliation.formats.arrow import Texts
from reconciliation.formats.transformations.transformation import TextTransformation

_LONGEST = 1000


class Constant(TextTransformation, frozen=True, kw_only=True):
    """The same value in every line."""

    value: Annotated[str, msgspec.Meta(title="Value", description="What every line gets")]

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        del inputs
        value: Texts = pa.repeat(pa.scalar(self.value, pa.string()), rows)
        return value

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from super().problems()
        if not self.value.strip():
            yield "value", "is empty: say what every line gets"
        elif len(self.value) > _LONGEST or "\0" in self.value:
            yield "value", f"is longer than {_LONGEST} characters, or holds a NUL"

    def in_words(self) -> str:
        return f"always {self.value}"
