"""MT940 and MT942: the statements and interim reports of SWIFT."""

import re
from collections.abc import Iterator
from pathlib import Path

from reconciliation.formats.results import Evidence
from reconciliation.formats.statements import swift
from reconciliation.formats.statements.format import StatementFormat
from reconciliation.formats.statements.parts import Part
from reconciliation.formats.text.encodings import choose_encoding
from reconciliation.formats.text.lines import lines_of

_FIELD = re.compile(rb"^(?:\{1:[^\r\n]*)?:(\d\d[A-Z]?):", re.MULTILINE)
_INTERIM, _FINAL = {b"34F", b"90D", b"90C", b"13D"}, {b"60F", b"60M", b"62F", b"62M"}
_LEAST = 2


class SwiftStatement(StatementFormat):
    decimal_mark = ","
    pending = ("expected",)

    def describe(self, path: Path) -> tuple[str, Evidence]:
        encoding = choose_encoding(path)
        because = "it is made of numbered fields such as :61:"
        return encoding.name, Evidence(decision="format", choice=self.name, because=because, confidence=99)

    def parts(self, path: Path, encoding: str) -> Iterator[Part]:
        return swift.parts(path.name, lines_of(path, encoding))


class Mt940(SwiftStatement):
    name = "mt940"
    order = 12

    def sniff(self, head: bytes) -> bool:
        tags = _tags(head)
        return b"25" in tags and bool(tags & (_FINAL | {b"61"}))


class Mt942(SwiftStatement):
    """Reports of the day so far: they state no balances."""

    name = "mt942"
    order = 11
    expects_balances = False

    def sniff(self, head: bytes) -> bool:
        tags = _tags(head)
        return b"25" in tags and bool(tags & _INTERIM) and not tags & _FINAL


def _tags(head: bytes) -> set[bytes]:
    tags = set(_FIELD.findall(head))
    return tags if len(tags) > _LEAST else set()
