"""OFX and its relatives QFX and QBO."""

import re
from collections.abc import Iterator
from pathlib import Path

from reconciliation.formats.results import Evidence
from reconciliation.formats.statements import ofx
from reconciliation.formats.statements.format import StatementFormat
from reconciliation.formats.statements.parts import Part
from reconciliation.formats.text.encodings import choose_encoding

_BEGINNING = re.compile(
    r"\s*(?:OFXHEADER\s*:|<\?OFX|<\?xml[^>]*>\s*(?:<![^>]*>?\s*)*<\?OFX|<OFX>|<!DOCTYPE\s+OFX)", re.IGNORECASE
)


class Ofx(StatementFormat):
    name = "ofx"
    order = 14
    expects_balances = False
    debit = ()
    credit = ()
    pending = ("pending",)

    def sniff(self, head: bytes) -> bool:
        text = head.decode("utf-8-sig", "replace")
        return _BEGINNING.match(text) is not None or ("<OFX>" in text and not text.lstrip().startswith(("{", "[")))

    def describe(self, path: Path) -> tuple[str, Evidence]:
        because = "it is tagged as OFX"
        return choose_encoding(path).name, Evidence(decision="format", choice="ofx", because=because, confidence=99)

    def parts(self, path: Path, encoding: str) -> Iterator[Part]:
        with path.open(encoding=encoding, errors="replace") as stream:
            yield from ofx.parts(path.name, stream)
