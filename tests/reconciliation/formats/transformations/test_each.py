"""Each transformation, golden: a small file in, the field out."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reconciliation.formats import InvalidMappingError, inspect
from reconciliation.formats.transformations.registry import kinds
from tests.reconciliation.formats.files import amounts, lines, rejected, written

FILE = (
    "Date,Amount,Purpose,Branch,Currency\n"
    "2026-05-04,1250,  SEPA  Rechnung inv-0012 / Danke ,01,EUR\n"
    "2026-05-05,-50,,02,JPY\n"
    "2026-05-06,7,INV-7,01,BHD\n"
)
PURPOSE = {"target": "found", "of": "Purpose"}


def read_with(folder: Path, *steps: dict[str, Any], text: str = FILE) -> Any:
    return inspect(written(folder, text), {"transformations": list(steps)})


GOLDEN: list[tuple[dict[str, Any], list[str | None]]] = [
    ({"kind": "constant", "target": "found", "value": "DE-1"}, ["DE-1", "DE-1", "DE-1"]),
    (
        {"kind": "concatenate", "target": "found", "of": ["Branch", "currency", "column 2"], "separator": "/"},
        ["01/EUR/1250", "02/JPY/-50", "01/BHD/7"],
    ),
    (
        {"kind": "concatenate", "target": "found", "of": ["text", "Purpose"], "separator": "-"},
        ["SEPA  Rechnung inv-0012 / Danke-SEPA  Rechnung inv-0012 / Danke", None, "INV-7-INV-7"],
    ),
    ({"kind": "extract", **PURPOSE, "pattern": r"(?i)inv-(\d+)"}, ["0012", None, "7"]),
    ({"kind": "extract", **PURPOSE, "pattern": r"(?i)inv-\d+"}, ["inv-0012", None, "INV-7"]),
    ({"kind": "extract", **PURPOSE, "pattern": r"[(]?(?i:inv)(?:-)(?P<number>\d)(\d*)"}, ["0", None, "7"]),
    ({"kind": "upper", **PURPOSE}, ["SEPA  RECHNUNG INV-0012 / DANKE", None, "INV-7"]),
    ({"kind": "trim", **PURPOSE}, ["SEPA Rechnung inv-0012 / Danke", None, "INV-7"]),
    ({"kind": "digits", **PURPOSE}, ["0012", None, "7"]),
    (
        {"kind": "lookup", "target": "found", "of": "Branch", "table": {"01": "Bonn", "02": "Köln"}},
        ["Bonn", "Köln", "Bonn"],
    ),
    (
        {"kind": "lookup", "target": "found", "of": "Branch", "table": {"01": "Bonn"}, "otherwise": "keep"},
        ["Bonn", "02", "Bonn"],
    ),
    (
        {"kind": "lookup", "target": "found", "of": "Branch", "table": {"01": "Bonn"}, "otherwise": "empty"},
        ["Bonn", None, "Bonn"],
    ),
]


@pytest.mark.parametrize(("step", "expected"), GOLDEN, ids=[str(step["kind"]) for step, _ in GOLDEN])
def test_a_text_is_made(tmp_path: Path, step: dict[str, Any], expected: list[str | None]) -> None:
    """The field holds what the step says, and null where there is nothing."""
    reading = read_with(tmp_path, step).reading

    assert reading.records["found"].to_pylist() == expected


def test_every_kind_is_tested() -> None:
    """A new transformation comes with its golden result."""
    assert {str(step["kind"]) for step, _ in GOLDEN} | {"invert_sign", "minor_units"} == set(kinds())


def test_steps_build_on_one_another(tmp_path: Path) -> None:
    """A step reads what a step before it made, also under the same name."""
    extract = {"kind": "extract", "target": "reference", "of": "Purpose", "pattern": "(?i)inv-[0-9]+"}
    reading = read_with(tmp_path, extract, {"kind": "upper", "target": "reference"}).reading

    assert reading.records["reference"].to_pylist() == ["INV-0012", None, "INV-7"]
    assert [row.parsed.get("reference") for row in reading.preview] == ["INV-0012", None, "INV-7"]


def test_a_field_of_ones_own_is_shown_beside_the_raw_line(tmp_path: Path) -> None:
    """The preview has derived keys, and the raw cells as they were."""
    preview = read_with(tmp_path, {"kind": "digits", **PURPOSE}).reading.preview

    assert (preview[0].parsed["found"], preview[0].cells[2]) == ("0012", "  SEPA  Rechnung inv-0012 / Danke ")


def test_cents_follow_the_currency(tmp_path: Path) -> None:
    """1250 is 12.50 EUR, -50 is 50 JPY out, and 7 is 0.007 BHD."""
    assert amounts(read_with(tmp_path, {"kind": "minor_units"}).reading.records) == [
        Decimal("12.50"),
        Decimal(-50),
        Decimal("0.007"),
    ]


def test_given_decimals_hold_for_every_currency(tmp_path: Path) -> None:
    """A source that always writes three decimals says so."""
    found = amounts(read_with(tmp_path, {"kind": "minor_units", "decimals": 3}).reading.records)

    assert found == [Decimal("1.250"), Decimal("-0.050"), Decimal("0.007")]


def test_totals_and_balances_are_in_cents_too(tmp_path: Path) -> None:
    """A control total in cents is held against the records, and agrees."""
    text = "Date,Text,Amount,Balance\n2026-05-04,a,1250,1250\n2026-05-05,b,-250,1000\nTotal,,1000,\n"
    reading = inspect(
        written(tmp_path, text), {"currency": "EUR", "transformations": [{"kind": "minor_units"}]}
    ).reading

    assert reading.sum_by_currency == {"EUR": Decimal("10.00")}
    assert [balance.amount for balance in reading.closing_balances] == [Decimal("10.00")]
    assert reading.warnings == ()


def test_amounts_the_other_way_round(tmp_path: Path) -> None:
    """A ledger in which a debit is money coming in."""
    text = "Date,Text,Debit,Credit\n2026-05-04,a,5.00,\n2026-05-05,b,,7.00\nTotal,,5.00,7.00\n"
    inspection = inspect(written(tmp_path, text), {"currency": "EUR", "transformations": [{"kind": "invert_sign"}]})

    assert amounts(inspection.reading.records) == [Decimal("5.00"), Decimal("-7.00")]
    assert inspection.reading.warnings == ()


def test_what_the_table_lacks_is_rejected(tmp_path: Path) -> None:
    """Nothing is made up: the line is rejected, and the reason names field and value."""
    step = {"kind": "lookup", "target": "place", "of": "Branch", "table": {"01": "Bonn"}}
    inspection = read_with(tmp_path, step)

    assert rejected(inspection) == [(3, "place")]
    assert inspection.reading.rejected[0].reason == "'02' is not in the table of the lookup"
    assert lines(inspection)["record"] == 2


def test_a_currency_from_a_table(tmp_path: Path) -> None:
    """A standard field made by a step is read as that field is: numbers of currencies become their codes."""
    text = "Date,Amount,Code\n2026-05-04,1.00,978\n2026-05-05,2.00,840\n"
    step = {"kind": "lookup", "target": "currency", "of": "Code", "table": {"978": "EUR", "840": "USD"}}
    inspection = inspect(written(tmp_path, text), {"transformations": [step]})

    assert inspection.reading.sum_by_currency == {"EUR": Decimal("1.00"), "USD": Decimal("2.00")}
    assert "currency" not in inspection.mapping.undecided


def test_an_amount_out_of_a_text(tmp_path: Path) -> None:
    """Where the amount stands in the text only, it is found there and read as an amount is."""
    text = "Date;Amount;Note\n2026-05-04;0;paid 1.250,50 EUR\n"
    step = {"kind": "extract", "target": "amount", "of": "Note", "pattern": r"paid ([\d.,]+)"}
    inspection = inspect(written(tmp_path, text), {"decimal_mark": ",", "currency": "EUR", "transformations": [step]})

    assert amounts(inspection.reading.records) == [Decimal("1250.50")]


def test_blank_lines_stay_blank(tmp_path: Path) -> None:
    """A constant makes no record of a line that is empty."""
    text = "id,name,phone,city\n1,Arnie,310/246,LA\n,,,\n2,Bel-Air,310/472,LA\n"
    inspection = inspect(
        written(tmp_path, text), {"transformations": [{"kind": "constant", "target": "account", "value": "X"}]}
    )

    assert lines(inspection) == {"record": 2, "header": 1, "blank": 1}


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"kind": "shout", "target": "found"}, r"transformations\[0\]\.kind: .*there are concatenate, constant"),
        ({"kind": "constant", "target": "found"}, r"transformations\[0\]: .*`value`"),
        ({"kind": "constant", "target": "Found", "value": "a"}, r"transformations\[0\]\.target: 'Found' is no name"),
        ({"kind": "constant", "target": "line", "value": "a"}, r"\.target: line is filled by the platform"),
        ({"kind": "constant", "target": "cell_1", "value": "a"}, r"\.target"),
        ({"kind": "constant", "target": "found", "value": " "}, r"\.value: is empty"),
        ({"kind": "concatenate", "target": "found", "of": ["Branch"]}, r"\.of: names 1 of them"),
        ({"kind": "concatenate", "target": "found", "of": ["Branch", "Town"]}, r"\.of\[1\]: no field and no column"),
        ({"kind": "upper", "target": "found"}, r"\.of: no field and no column is called 'found'; there are"),
        ({"kind": "extract", **PURPOSE, "pattern": "("}, r"\.pattern: missing \)"),
        ({"kind": "extract", **PURPOSE, "pattern": "(?=x)"}, r"\.pattern: .*without look-around"),
        ({"kind": "extract", **PURPOSE, "pattern": "a" * 501}, r"\.pattern: has 501 characters"),
        ({"kind": "extract", **PURPOSE, "pattern": "(a{1000}){1000}"}, r"\.pattern"),
        ({"kind": "lookup", **PURPOSE, "table": {}}, r"\.table: has 0 lines"),
        ({"kind": "lookup", **PURPOSE, "table": {" a": "b"}}, r"\.table: ' a' is never found"),
        ({"kind": "lookup", **PURPOSE, "table": {"a": 5}}, r"transformations\[0\]\.table"),
        ({"kind": "minor_units", "decimals": 99}, r"\.decimals: is 99"),
        ({"kind": "invert_sign", "target": "balance"}, r"transformations\[0\]\.target"),
    ],
)
def test_a_wrong_step_names_its_field(tmp_path: Path, step: dict[str, Any], words: str) -> None:
    """The error says which step, which field of it, and what to do."""
    with pytest.raises(InvalidMappingError, match=words):
        read_with(tmp_path, step)


def test_one_step_too_many(tmp_path: Path) -> None:
    """Amounts cannot be turned round twice, nor a mapping have hundreds of steps."""
    with pytest.raises(InvalidMappingError, match=r"transformations\[1\]\.kind: invert_sign stands there twice"):
        read_with(tmp_path, {"kind": "invert_sign"}, {"kind": "invert_sign"})
    with pytest.raises(InvalidMappingError, match="transformations: there are 51; 50 are the most"):
        read_with(tmp_path, *[{"kind": "constant", "target": "found", "value": "a"}] * 51)
