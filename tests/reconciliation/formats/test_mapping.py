"""The mapping document, and the questions that it answers."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reconciliation.formats import InvalidMappingError, Mapping, UnreadableFileError, detect, inspect, read
from tests.reconciliation.formats.files import amounts, written


def test_a_document_comes_back_as_it_was(tmp_path: Path) -> None:
    """What detection proposes survives the way through JSON."""
    path = written(tmp_path, "Date,Amount\n2026-05-04,1.00\n")
    mapping = detect(path).mapping

    assert Mapping.from_document(mapping.to_document()) == mapping


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"decimal_mark": "x"}, "decimal_mark"),
        ({"fields": {"amount": {"column": 9}}}, "fields.amount: there is no column 9"),
        ({"fields": {"amount": {"header": "Total"}}}, "fields.amount: no column is called 'Total'"),
        ({"sign": "columns"}, "sign: columns needs the fields credit and debit"),
        ({"colour": "red"}, "colour"),
        ({"delimiter": ""}, "delimiter"),
        ({"fields": "amount"}, "fields: an object"),
        ({"encoding": "rot13"}, "encoding: there is no text encoding called 'rot13'"),
        ({"encoding": "base64"}, "encoding"),
        ({"currency": "euro"}, "currency: 'euro' is no ISO 4217 code"),
    ],
)
def test_a_wrong_document_names_the_field(tmp_path: Path, change: dict[str, object], words: str) -> None:
    """Errors say which key of the document is at fault."""
    mapping = detect(written(tmp_path, "Date,Amount\n2026-05-04,1.00\n")).mapping

    with pytest.raises(InvalidMappingError, match=words):
        mapping.with_answers(change)


def test_an_open_decimal_mark_is_asked(tmp_path: Path) -> None:
    """`1.234` is never decided in silence; each answer gives its own amounts."""
    path = written(tmp_path, "Date,Amount\n2026-05-04,1.234\n2026-05-05,2.500\n")
    detection = detect(path)

    assert detection.mapping.undecided == ("decimal_mark",)
    assert [question.decision for question in detection.questions] == ["decimal_mark"]
    for mark, total in ((".", "3.734"), (",", "3734")):
        mapping = detection.mapping.with_answers({"decimal_mark": mark})
        assert mapping.undecided == ()
        assert detection.questions_left(mapping) == ()
        assert sum(amounts(read(path, mapping).records)) == Decimal(total)


def test_an_open_date_order_is_asked(tmp_path: Path) -> None:
    """`03/04/2026` is never decided in silence."""
    path = written(tmp_path, "Date,Amount\n03/04/2026,1.00\n05/06/2026,2.00\n")
    detection = detect(path)

    assert detection.mapping.undecided == ("date_order",)
    reading = read(path, detection.mapping.with_answers({"date_order": "MDY"}))
    assert reading.records["booking_date"].to_pylist() == [date(2026, 3, 4), date(2026, 5, 6)]


def test_two_columns_of_one_name_are_asked(tmp_path: Path) -> None:
    """Neither the first nor the last of two equal names is taken in silence; the choice can be given as asked."""
    path = written(tmp_path, "Date,Amount,Amount\n2026-05-04,1.00,100.00\n")
    question = detect(path).questions[0]

    inspection = inspect(path, {question.decision: question.choices[1]})

    assert question.choices == ("column 2", "column 3")
    assert amounts(inspection.reading.records) == [Decimal(100)]
    assert inspection.mapping.undecided == ()


def test_a_card_statement_is_asked_for_its_sign(tmp_path: Path) -> None:
    """Where what was spent has no sign, inverted is proposed and confirmed by a person."""
    rows = [("04", "a", "5.00"), ("05", "b", "6.00"), ("06", "c", "-2.00")]
    lines = [f"1,2026-05-{day},{merchant},{amount},CHF" for day, merchant, amount in rows]
    path = written(tmp_path, "\n".join(["CardId,Date,MerchantName,Amount,Currency", *lines]))

    assert inspect(path).reading.sum_by_currency == {"CHF": Decimal("-9.00")}
    assert detect(path).mapping.undecided == ("sign",)
    assert inspect(path, {"sign": "signed"}).reading.sum_by_currency == {"CHF": Decimal("9.00")}


def test_a_guessed_currency_is_asked(tmp_path: Path) -> None:
    """A currency that only the language hints at is a question, not a default."""
    path = written(tmp_path, "Datum;Betrag;Verwendungszweck\n13.05.2026;1,50;a\n")

    assert detect(path).mapping.undecided == ("currency",)
    assert inspect(path, {"currency": "CHF"}).reading.sum_by_currency == {"CHF": Decimal("1.50")}


def test_which_of_two_columns_is_the_debit(tmp_path: Path) -> None:
    """Without a header nothing tells money in from money out; answering turns the two round."""
    path = written(tmp_path, "2026-05-04\ta\t5.00\t\n2026-05-05\tb\t\t7.00\n")
    detection = detect(path)

    assert detection.mapping.undecided == ("fields.debit",)
    assert sum(amounts(read(path, detection.mapping).records)) == Decimal("-2.00")
    answered = detection.mapping.with_answers({"fields.debit": "column 3"})
    assert sum(amounts(read(path, answered).records)) == Decimal("2.00")


def test_an_unknown_name_for_the_amount_is_asked(tmp_path: Path) -> None:
    """A column of money under an unknown name is proposed as the amount, and confirmed."""
    path = written(tmp_path, "Datum,Zzyzx\n2026-05-04,-1.50\n2026-05-05,2.25\n")

    assert detect(path).mapping.undecided == ("fields.amount",)
    assert sum(amounts(inspect(path).reading.records)) == Decimal("0.75")


def test_a_mapping_of_another_header_is_refused(tmp_path: Path) -> None:
    """Columns in another order than the mapping's are never read as what they are not."""
    mapping = detect(written(tmp_path, "Date,Amount,Fee\n2026-05-04,1.00,2.00\n")).mapping

    with pytest.raises(UnreadableFileError, match="the header is not the one"):
        read(written(tmp_path, "Date,Fee,Amount\n2026-05-04,1.00,2.00\n"), mapping)


def test_every_decision_has_its_evidence(tmp_path: Path) -> None:
    """A person sees what was decided, why, and how surely."""
    evidence = {item.decision: item for item in detect(written(tmp_path, "Date,Amount\n13/05/2026,1.50\n")).evidence}

    assert {"encoding", "delimiter", "header_line", "decimal_mark", "date_order", "sign", "fields.amount"} <= set(
        evidence
    )
    assert evidence["date_order"].choice == "DMY"
    assert all(item.because and 0 <= item.confidence <= 100 for item in evidence.values())


def test_doubt_is_settled_by_the_whole_file(tmp_path: Path) -> None:
    """A line far beyond the sample decides what the sample leaves open."""
    rows = ["03/04/2026,1.234"] * 30_000 + ["25/04/2026,1.5"]
    mapping = detect(written(tmp_path, "Date,Amount\n" + "\n".join(rows) + "\n")).mapping

    assert (mapping.date_order, mapping.decimal_mark, mapping.undecided) == ("DMY", ".", ())
