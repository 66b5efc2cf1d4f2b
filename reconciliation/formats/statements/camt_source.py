"""The XML of an entry as it stands in the file."""

import codecs
from pathlib import Path
from types import TracebackType
from typing import Self

from reconciliation.formats.statements.xml import Tree

_BEGINNING = 500
_LONGEST_TAG = 100


class Source:
    """The file, open beside the parser that tells where in it something stands."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._file = path.open("rb")
        mark = self._file.read(2)
        wide = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
        self._encoding = wide.get(mark, encoding)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()

    def beginning_of(self, node: Tree) -> str:
        """Its first characters, with its end tag where it is short."""
        self._file.seek(node.begins)
        inside = min(_BEGINNING, node.ends - node.begins)
        found = self._file.read(inside + _LONGEST_TAG)
        text = found[:inside].decode(self._encoding, "replace")
        if inside < node.ends - node.begins:
            return text
        return text + found[inside:].decode(self._encoding, "replace").partition(">")[0] + ">"
