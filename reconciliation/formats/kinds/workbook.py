"""Workbooks: XLSX, the older XLS, and the ODS of LibreOffice."""

from pathlib import Path

from reconciliation.formats.detection.proposal import Proposal
from reconciliation.formats.mapping import Mapping
from reconciliation.formats.reading.reader import TableReader
from reconciliation.formats.registry import FileFormat
from reconciliation.formats.results import Detection, Evidence, Question
from reconciliation.formats.workbook.table import SheetTable, sheet_of

_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Workbook(FileFormat):
    name = "xlsx"
    order = 10

    def sniff(self, head: bytes) -> bool:
        return head.startswith((_ZIP, _COMPOUND, b"PK\x05\x06"))

    def detect(self, path: Path) -> Detection:
        sheet = sheet_of(path)
        others = ", ".join(sheet.others)
        because = f"it has a table; so have {others}" if others else "no other sheet has a table"
        evidence = Evidence(
            decision="sheet",
            choice=sheet.name,
            because=because,
            confidence=50 if others else 95,
            alternatives=sheet.others,
        )
        start = Mapping(format=sheet.format, encoding="utf-8", delimiter="", quote="", sheet=sheet.name)
        question = Question(
            decision="sheet",
            text=f"More than one sheet has lines: {sheet.name}, {others}. Which one is to be read?",
            choices=(sheet.name, *sheet.others),
        )
        questions = [question] if others else []
        return Proposal(SheetTable(path.name, sheet), start, [evidence], questions).detection()

    def redetect(self, path: Path, start: Mapping, *, keep_header: bool) -> Detection:
        sheet = sheet_of(path, start.sheet)
        evidence = Evidence(
            decision="sheet", choice=sheet.name, because="it is given", confidence=100, alternatives=sheet.others
        )
        return Proposal(SheetTable(path.name, sheet), start, [evidence], keep_header=keep_header).detection()

    def reader(self, path: Path, mapping: Mapping) -> TableReader:
        return TableReader(SheetTable(path.name, sheet_of(path, mapping.sheet)), mapping)
