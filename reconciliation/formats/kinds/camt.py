"""camt.052, camt.053, camt.054: the statements of ISO 20022."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from reconciliation.formats.results import Evidence
from reconciliation.formats.statements import camt
from reconciliation.formats.statements.format import StatementFormat
from reconciliation.formats.statements.parts import Part

_NAMESPACE = re.compile(r"xmlns(?::[\w.-]+)?\s*=\s*[\"'][^\"']*(camt\.05[234]\.\d{3}\.\d{2})[\"']")


class Camt(StatementFormat):
    name = "camt"
    order = 10
    expects_balances = False  # a notification has none, and a report need not
    debit = ("DBIT",)
    credit = ("CRDT",)
    pending = ("PDNG", "INFO", "FUTR")

    def sniff(self, head: bytes) -> bool:
        return _version(head) is not None

    def describe(self, path: Path) -> tuple[str, Evidence]:
        with path.open("rb") as stream:
            head = stream.read(1 << 16)
        version = _version(head) or "camt"
        evidence = Evidence(decision="format", choice=version, because="its namespace says so", confidence=100)
        return _encoding(head), evidence

    def parts(self, path: Path, encoding: str) -> Iterator[Part]:
        return camt.parts(path, encoding)


def _version(head: bytes) -> str | None:
    found = _NAMESPACE.search(head.decode(_encoding(head), "replace"))
    return found[1] if found else None


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = re.match(rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*encoding=[\"']([\w-]+)[\"']", head)
    name = declared[1].decode("ascii") if declared else "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"
