"""Files that are refused, and in which words."""

from pathlib import Path

import pytest

from reconciliation.formats import UnreadableFileError, inspect
from tests.reconciliation.formats.files import written


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "is empty"),
            (b" \n \n", "nothing in the file but blanks"),
            (b"EXPORT;;;;\n", "no table of transaction lines"),
            (b"just some words\nand more\n", "no table"),
            (b"\x1f\x8b\x08\x00", "gzip archive"),
            (b"2026-03-02" + b"|x|1.00|USD" * 1000, "3,001 columns"),
            (b"%PDF-1.7", "PDF"),
            (b"PAR1\x00", "Parquet"),
            (b"<?xml version='1.0'?><Document/>", "XML"),
            ("<?xml version='1.0'?><Document/>".encode("utf-16"), "XML"),
            (b'[{"amount": NaN}]', "NaN is no number"),
            (b'{"a": [{"amount": 1}], "b": [{"amount": 1}]}', "several lists"),
            (b'["a", "b"]', "no object"),
            (b"[" * 100_000, "JSON"),
            (b'{"amount": 1}\n{"amount"\n', "line 2"),
            (b"HEADER\n940\n:20:1\n:25:2\n", "MT940"),
            (b":20:1\n:25:2\n:28C:1\n:60F:C260101EUR1,\n:61:2601", "line 5: the file is cut off"),
            (b"OFXHEADER:100\n", "no statement"),
            (b"OFXHEADER:100\n<!ENTITY x 'y'><OFX><STMTRS></STMTRS></OFX>", "entities"),
            (b"!Type:Bank\n", "no entry"),
            (b"!Type:Invst\n", "securities"),
            (b"01,1,2,260504,1200,1,,,2/\n", "no account"),
            (b"01,BANK,ME,/\n", "BAI2"),
            (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "no statement"),
            (b'<!DOCTYPE x><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "DOCTYPE"),
            (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><a>', "well-formed"),
            (
                b'Date,Text,Amount\n2026-05-04,x,1.00\n2026-05-05,"never closed,2.00\n2026-05-06,y,3.00\n',
                "line 3: a quote",
            ),
            (b'Date,Amount,Text\n2026-05-04,1.00,x\n2026-05-05,2.00,"to the ""end""\n\n', "line 3: a quote"),
        ],
    )
    def test_refuses_by_name_with_advice(self, tmp_path: Path, content: bytes, words: str) -> None:
        """What is not read is refused at once, with the file's name and what it is."""
        path = tmp_path / "statement.csv"
        path.write_bytes(content)

        with pytest.raises(UnreadableFileError, match=words) as refusal:
            inspect(path)

        assert str(refusal.value).startswith("statement.csv")

    def test_a_last_cell_may_end_with_its_line(self, tmp_path: Path) -> None:
        """A closed quote after a line end, or a line of another width after it, is no open quote."""
        text = 'Date,Amount,Text\n2026-05-04,1.00,"x\n"\n2026-05-05,2.00,"y ""z""\r\n"'

        assert inspect(written(tmp_path, text)).reading.records.num_rows == 2
        assert inspect(written(tmp_path, text + "\nodd")).reading.records.num_rows == 2

    def test_a_line_too_long_to_be_one(self, tmp_path: Path) -> None:
        """An early quote that nothing closes does not take a whole large file into memory cell by cell."""
        text = 'Date,Text,Amount\n2026-05-04,"x,1.00\n' + "2026-05-05,yyyyyyyyyyyyyyyyyyyyyyyy,2.00\n" * 500_000

        with pytest.raises(UnreadableFileError, match="quote"):
            inspect(written(tmp_path, text))
