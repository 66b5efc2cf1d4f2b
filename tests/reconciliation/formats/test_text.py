"""From bytes to rows: encodings, dialects, physical lines."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.formats import UnreadableFileError
from reconciliation.formats.text.dialects import choose_dialect
from reconciliation.formats.text.encodings import choose_encoding
from reconciliation.formats.text.rows import split_rows
from tests.reconciliation.formats.files import written


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Date;Text\n2026-05-04;Grüße", "utf-8", "utf-8"),
        ("Date;Text\n2026-05-04;Grüße", "utf-8-sig", "utf-8-sig"),
        ("Date;Text\n2026-05-04;Grüße", "utf-16", "utf-16"),
        ("Date;Text\n2026-05-04;Gruss", "utf-16-le", "utf-16-le"),
        ("Date;Text\n2026-05-04;Grüße, Café à Genève", "cp1252", "cp1252"),
        ("Date;Text\n2026-05-04;Żółta łąka, źdźbło", "cp1250", "cp1250"),
        (f"Date;Text\n2026-05-04;{'x' * 2000}Żółta łąka, źdźbło", "cp1250", "cp1250"),
        ("Date;Text\n2026-05-04;Оплата по счёту", "cp1251", "cp1251"),
        ("Date;Text\n2026-05-04;Mokėjimas už paslaugų užsakymą", "cp1257", "cp1257"),
    ],
)
def test_tells_the_encoding(tmp_path: Path, text: str, encoding: str, name: str) -> None:
    """Byte order marks, valid UTF-8, and else the letters that the languages of a code page use."""
    assert choose_encoding(written(tmp_path, text, encoding)).name == name


def test_refuses_what_is_no_text(tmp_path: Path) -> None:
    """Bytes that are no text are refused with what to do."""
    path = tmp_path / "statement.csv"
    path.write_bytes(bytes(range(256)) * 40)

    with pytest.raises(UnreadableFileError, match=r"statement\.csv: this is no text .* Export"):
        choose_encoding(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tells_the_delimiter(delimiter: str) -> None:
    """The delimiter is the one under which rows have one width and cells a type."""
    rows = [("Date", "Text", "Amount"), ("2026-05-04", "a, b; c", "1.00"), ("2026-05-05", "d", "2.50")]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)

    dialect = choose_dialect(text)

    assert dialect is not None
    assert dialect.delimiter == delimiter


def test_a_decimal_comma_is_no_delimiter() -> None:
    """Two amounts with a comma in every line do not make a table with commas."""
    dialect = choose_dialect("Datum;Betrag;Saldo\n04.05.2026;1,50;10,00\n05.05.2026;2,50;12,50\n")

    assert dialect is not None
    assert dialect.delimiter == ";"


def test_takes_the_word_of_a_separator_line() -> None:
    """Excel's `sep=` line is believed."""
    dialect = choose_dialect("sep=|\nDate|Amount\n")

    assert dialect is not None
    assert (dialect.delimiter, dialect.confidence) == ("|", 100)


@given(
    st.lists(st.lists(st.text('ab,"\n\r ', max_size=6), min_size=2, max_size=4), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_rows_come_back_as_written(table: list[list[str]], end: str) -> None:
    """Quoted cells come back as they were, each row with the physical line it starts on."""
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + end for row in table)

    rows = list(split_rows(text, ",", '"'))

    assert [list(row.cells) for row in rows] == table
    assert [row.line for row in rows] == [1 + sum(row.span for row in rows[:place]) for place in range(len(rows))]


def test_an_unclosed_quote_is_noticed() -> None:
    """A quote that nothing closes marks its row."""
    assert [row.open_quote for row in split_rows('a,b\nc,"d\ne,f\n', ",", '"')] == [False, True]
