"""The files that are mutated: one sample of each format, and tables as banks export them."""

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import xlsxwriter  # type: ignore[import-untyped]

SAMPLES = Path(__file__).parents[1] / "reconciliation" / "formats" / "samples"
_TABLES = (
    'Date,Text,Amount,Currency\n2026-03-02,rent,-1234.50,EUR\n2026-03-13,"a, b",12.00,EUR\nTotal,,-1222.50,EUR\n',
    (
        "IBAN;DE1;;\r\nAnfangssaldo;;1.000,00;EUR\r\nBuchungstag;Verwendungszweck;Betrag;Saldo\r\n"
        '02.03.2026;Miete;-900,00;100,00\r\n03.03.2026;"Zeile\nzwei";12,5;112,50\r\n\r\n'
    ),
    "Date\tDebit\tCredit\tReference\n3/13/2026\t1,234.00\t\t0012\n3/14/2026\t\t(5.00)\t1.2E+15\n",
    "2026-03-02|x|1.00|USD\n2026-03-03|y|2.00 CR|USD\n2026-03-04|z|3.00-|USD\n",
)


def workbook() -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Date", "Text", "Amount", "Currency"])
        for day in range(1, 9):
            sheet.write_row(day, 0, [date(2026, 3, day), f"row {day}", day * 1.25, "EUR"])
    return target.getvalue()


def seeds() -> dict[str, list[bytes]]:
    """By the name of the parser."""
    found = {path.stem: [path.read_bytes()] for path in sorted(SAMPLES.iterdir()) if path.is_file()}
    found["csv"] = [table.encode(encoding) for table in _TABLES for encoding in ("utf-8", "cp1252", "utf-16")]
    found["xlsx"] = [workbook()]
    return found


def unpacked(archive: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(archive)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()
