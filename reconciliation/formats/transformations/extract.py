import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.formats.arrow import Texts
from reconciliation.formats.transformations.transformation import OneInput, as_texts

_LONGEST = 500
_GROUP = "(?P<found>"
# Escapes, quoted parts and classes of characters are passed over: a bracket in them opens no group.
_TOKEN = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|(?P<group>\((?:\?P?<\w+>|(?!\?)))", re.DOTALL
)


class Extract(OneInput, frozen=True, kw_only=True):
    """The part of a text that a regular expression finds.

    The engine is RE2, whose time grows with the text and never more: no pattern and no text can make it hang.
    """

    pattern: Annotated[
        str,
        msgspec.Meta(
            title="Pattern",
            description="A regular expression, such as INV-(\\d+); what its first brackets hold is taken, else all "
            "that it finds",
        ),
    ]

    def made(self, inputs: Sequence[Texts], rows: int) -> Texts:
        """Empty where nothing is found."""
        del rows
        found: Any = pc.extract_regex(inputs[0], named(self.pattern))
        return as_texts(pc.struct_field(found, [0]))

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from super().problems()
        if not self.pattern or len(self.pattern) > _LONGEST:
            yield "pattern", f"has {len(self.pattern)} characters: give a regular expression of 1 to {_LONGEST}"
        elif reason := _refused(self.pattern):
            yield "pattern", f"{reason}. It is written as for RE2: without look-around and back references"

    def in_words(self) -> str:
        return f"what {self.pattern} finds in {self.of or self.target}"


@lru_cache(maxsize=256)
def named(pattern: str) -> str:
    """The pattern with its first group named `found` and no other group; all of it is the group where it has none."""
    groups = 0

    def only_first(token: re.Match[str]) -> str:
        nonlocal groups
        if token["group"] is None:
            return token[0]
        groups += 1
        return _GROUP if groups == 1 else "(?:"

    rewritten = _TOKEN.sub(only_first, pattern)
    return rewritten if groups else f"{_GROUP}{pattern})"


def _refused(pattern: str) -> str:
    """Why the engine cannot take it; nothing when it can."""
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
        pc.extract_regex(pa.array([""]), named(pattern))
    except pa.ArrowInvalid as error:
        return str(error).partition("Invalid regular expression: ")[2] or str(error)
    return ""
