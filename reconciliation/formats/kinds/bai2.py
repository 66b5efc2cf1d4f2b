"""BAI2: balance reports of North American banks."""

import re
from collections.abc import Iterator
from pathlib import Path

from reconciliation.formats.results import Evidence
from reconciliation.formats.statements import bai2
from reconciliation.formats.statements.format import StatementFormat
from reconciliation.formats.statements.parts import Part
from reconciliation.formats.text.encodings import choose_encoding
from reconciliation.formats.text.lines import lines_of

_FILE_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s*01,[^,\r\n]*,[^,\r\n]*,\d{6},[\d:]{3,8},")


class Bai2(StatementFormat):
    name = "bai2"
    order = 13
    expects_balances = False

    def sniff(self, head: bytes) -> bool:
        return _FILE_HEADER.match(head) is not None

    def describe(self, path: Path) -> tuple[str, Evidence]:
        because = "it begins with a file header record (01)"
        return choose_encoding(path).name, Evidence(decision="format", choice="bai2", because=because, confidence=99)

    def parts(self, path: Path, encoding: str) -> Iterator[Part]:
        return bai2.parts(path.name, lines_of(path, encoding))
