"""Large files of each format, written line by line."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter  # type: ignore[import-untyped]

_FIRST = date(2026, 1, 1)
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_OPENING = "1000.00"


def _rows(count: int) -> Iterator[tuple[int, date, str, str, str]]:
    """Number, day, amount, reference, text."""
    for n in range(count):
        yield (
            n,
            _FIRST + timedelta(days=n * 300 // count),
            f"{n % 9973}.{n % 100:02}",
            f"INV-{n:08}",
            f"Payment {n} of Ada",
        )


def camt(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        balance = (
            '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
            "<Dt><Dt>2026-12-31</Dt></Dt></Bal>\n"
        )
        total = sum(round(float(row[2]) * 100) for row in _rows(count)) + 100_000
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{_NAMESPACE}"><BkToCstmrStmt>\n')
        out.write("<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-12-31T18:00:00</CreDtTm></GrpHdr>\n<Stmt><Id>S</Id>\n")
        out.write("<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></Acct>\n")
        out.write(balance.format("OPBD", _OPENING) + balance.format("CLBD", f"{total // 100}.{total % 100:02}"))
        for n, day, amount, reference, text in _rows(count):
            out.write(
                f'<Ntry><NtryRef>{n}</NtryRef><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>'
                f"BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>B{n}</AcctSvcrRef>"
                "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
                f"<NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Ada {n}"
                "</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE75512108001245126199</IBAN></Id></DbtrAcct></RltdPties>"
                f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
            )
        out.write("</Stmt></BkToCstmrStmt></Document>\n")


def mt940(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        total = sum(round(float(row[2]) * 100) for row in _rows(count)) + 100_000
        out.write(":20:STARTUMS\n:25:12030000/202051\n:28C:00001/001\n:60F:C260101EUR1000,00\n")
        for n, day, amount, reference, text in _rows(count):
            written = amount.replace(".", ",")
            out.write(f":61:{day:%y%m%d}{day:%m%d}CR{written}NTRFNONREF//B{n}\n")
            out.write(
                f":86:166?00CREDIT?20EREF+{reference}?21SVWZ+{text}?3012030000?31DE75512108001245126199?32Ada {n}\n"
            )
        out.write(f":62F:C261231EUR{total // 100},{total % 100:02}\n-\n")


def xlsx(path: Path, count: int) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Id", "Date", "Text", "Amount", "Currency", "Reference"])
        for n, day, amount, reference, text in _rows(count):
            sheet.write_row(n + 1, 0, [n, day, text, float(amount), "EUR", reference])


def ofx(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write("OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>7</BANKACCTFROM>\n<BANKTRANLIST>\n")
        for n, day, amount, reference, text in _rows(count):
            out.write(
                f"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>{day:%Y%m%d}<TRNAMT>{amount}<FITID>{n}<CHECKNUM>{reference}"
                f"<NAME>Ada {n}<MEMO>{text}</STMTTRN>\n"
            )
        out.write("</BANKTRANLIST></STMTRS></OFX>\n")


def bai2(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        total = sum(round(float(row[2]) * 100) for row in _rows(count))
        out.write("01,B,C,260401,0830,1,,,2/\n02,C,B,1,260331,2400,EUR,2/\n03,1,EUR,,,,/\n")
        for _, _, amount, reference, text in _rows(count):
            out.write(f"16,195,{round(float(amount) * 100)},Z,,{reference},{text}/\n")
        out.write(f"49,{total},{count + 2}/\n98,{total},1,{count + 4}/\n99,{total},1,{count + 6}/\n")


def qif(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write("!Type:Bank\n")
        for _, day, amount, reference, text in _rows(count):
            out.write(f"D{day:%m/%d/%Y}\nT{amount}\nP{text}\nN{reference}\n^\n")


def csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write("Id,Date,Text,Amount,Currency,Reference\n")
        for n, day, amount, reference, text in _rows(count):
            out.write(f"{n},{day},{text},{amount},EUR,{reference}\n")


def json_lines(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for n, day, amount, reference, text in _rows(count):
            fields = (
                f'"id":{n},"date":"{day}","text":"{text}","amount":{amount},"currency":"EUR","reference":"{reference}"'
            )
            out.write(f"{{{fields}}}\n")


def parquet(path: Path, count: int) -> None:
    names = ("id", "date", "amount", "reference", "text")
    table = pa.table(dict(zip(names, zip(*_rows(count), strict=True), strict=True)))
    pq.write_table(table.append_column("currency", pa.repeat("EUR", count)), path, row_group_size=50_000)


WRITERS: dict[str, Callable[[Path, int], None]] = {
    "bai2": bai2, "camt": camt, "csv": csv, "json_lines": json_lines, "mt940": mt940, "ofx": ofx, "parquet": parquet,
    "qif": qif, "xlsx": xlsx,
}  # fmt: skip
