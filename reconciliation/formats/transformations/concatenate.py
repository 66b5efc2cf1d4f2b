from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import Texts, trimmed
from reconciliation.formats.transformations.transformation import TextTransformation

_LEAST, _MOST = 2, 20
_LONGEST = 20


class Concatenate(TextTransformation, frozen=True, kw_only=True):
    """Several columns, one after the other."""

    of: Annotated[
        tuple[str, ...], msgspec.Meta(title="Out of", description="Fields or headers of columns, in their order")
    ]
    separator: Annotated[str, msgspec.Meta(title="Between them", description="What stands between, such as -")] = ""

    def reads(self) -> tuple[tuple[str, str], ...]:
        return tuple((f"of[{place}]", name) for place, name in enumerate(self.of))

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        """Empty where every part is: a separator alone is no value."""
        del rows
        join: Any = pc.binary_join_element_wise
        parts = [trimmed(part) for part in inputs]
        bare = join(*parts, pa.scalar(""))
        joined: Texts = pc.if_else(pc.equal(bare, pa.scalar("")), bare, join(*parts, pa.scalar(self.separator)))
        return joined

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from super().problems()
        if not _LEAST <= len(self.of) <= _MOST:
            yield "of", f"names {len(self.of)} of them: give {_LEAST} to {_MOST} fields or columns"
        if len(self.separator) > _LONGEST:
            yield "separator", f"is longer than {_LONGEST} characters"

    def in_words(self) -> str:
        return f"{', '.join(self.of)} joined{f' by {self.separator!r}' if self.separator else ''}"
