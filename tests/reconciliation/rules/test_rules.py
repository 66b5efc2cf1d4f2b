from typing import Any

import pytest

from tests.reconciliation.engine.ledgers import Desk, at, on, record


def _one(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Pass", "rules": list(rules), **more}


class TestSameReference:
    @pytest.mark.parametrize(
        ("compare", "left", "right", "meets"),
        [
            ("exact", "000123", "123", False),
            ("exact", "1E5", "100000", False),
            ("exact", "АB12", "AB12", False),  # noqa: RUF001  the first letter is Cyrillic
            ("exact", "12345678901234567890", "12345678901234567891", False),
            ("exact", " AB-12 ", "AB-12", True),
            ("digits", "310/246-1501", "310-246-1501", True),
            ("normalised", "inv 0008", "INV-0008", True),
            ("normalised", "INV-0008", "INV-008", False),
            ("prefix", "REF1", "REF1-A", True),
            ("prefix", "REF1-B", "REF2-B", False),
        ],
    )
    def test_each_comparison(self, desk: Desk, compare: str, left: str, right: str, meets: bool) -> None:
        """References are text; what counts as the same is what the rule says."""
        desk.left, desk.right = [record("a", reference=left)], [record("x", reference=right)]

        assert bool(desk.match(_one({"type": "SameReference", "compare": compare})).pairs()) is meets

    def test_a_missing_reference_is_no_reference(self, desk: Desk) -> None:
        """Two empty references are not the same one."""
        desk.left, desk.right = [record("a", reference=None)], [record("x", reference=None)]

        assert desk.match(_one({"type": "SameReference"})).pairs() == set()


class TestAmounts:
    @pytest.mark.parametrize(
        ("left", "right", "meets"),
        [
            ("100.00", "101.00", True),
            ("100.00", "101.02", False),
            ("-100.50", "-100.00", True),
            ("150.00", "100.00", False),
            ("0.00", "0.00", True),
        ],
    )
    def test_a_percentage_names_its_base_and_includes_its_bound(
        self, desk: Desk, left: str, right: str, meets: bool
    ) -> None:
        """One per cent of the right amount: 1.00 of 101.00 passes, 1.02 of 101.02 does not."""
        desk.left, desk.right = [record("a", left, reference="R")], [record("x", right, reference="R")]
        within = {"type": "AmountWithin", "percent": "1", "base": "right"}

        assert bool(desk.match(_one({"type": "SameReference"}, within)).pairs()) is meets

    @pytest.mark.parametrize(("right", "meets"), [("10.05", True), ("9.95", True), ("10.06", False), ("-10.00", False)])
    def test_an_absolute_tolerance_blocks_by_itself(self, desk: Desk, right: str, meets: bool) -> None:
        """Stretches of the tolerance's width find what is near, on either side of nought and of a boundary."""
        desk.left, desk.right = [record("a", "10.00")], [record("x", right)]

        assert bool(desk.match(_one({"type": "AmountWithin", "absolute": "0.05"})).pairs()) is meets

    def test_with_both_limits_the_smaller_counts(self, desk: Desk) -> None:
        """A percentage with an absolute cap."""
        desk.left, desk.right = [record("a", "1000.00", reference="R")], [record("x", "1006.00", reference="R")]
        within = {"type": "AmountWithin", "percent": "1", "absolute": "5.00"}

        assert desk.match(_one({"type": "SameReference"}, within)).pairs() == set()

    def test_the_tolerance_is_that_of_the_currency(self, desk: Desk) -> None:
        """One yen of tolerance is one yen, though the euro counts in cents."""
        desk.left = [record("a", "500", reference="R", currency="JPY"), record("b", "5.00", reference="R")]
        desk.right = [record("x", "501", reference="R", currency="JPY"), record("y", "6.01", reference="R")]
        within = {"type": "AmountWithin", "absolute": "1"}

        assert desk.match(_one({"type": "SameReference"}, within)).pairs() == {"a=x"}

    def test_opposite_amounts_cancel_out(self, desk: Desk) -> None:
        """A transfer leaves one account and enters another; the group nets to nought."""
        desk.left, desk.right = [record("a", "-500.00")], [record("x", "500.00"), record("y", "-500.00")]

        found = desk.match(_one({"type": "SameAmount", "compare": "opposite"}))

        assert found.confirmed == {"a=x"}
        assert found.groups[0]["right_amount"] == -50_000

    def test_a_difference_without_an_adjustment_is_suggested(self, desk: Desk) -> None:
        """A tolerance lets the pair be found; only an adjustment would make it balance."""
        desk.left, desk.right = [record("a", "10.00", reference="R")], [record("x", "10.01", reference="R")]
        rules = ({"type": "SameReference"}, {"type": "AmountWithin", "absolute": "0.01"})

        assert desk.match(_one(*rules)).suggested == {"a=x"}
        assert desk.match(_one(*rules, adjustment={"kind": "rounding", "max": "0.01"})).confirmed == {"a=x"}


class TestDates:
    @pytest.mark.parametrize(("day", "meets"), [(8, False), (9, True), (13, True), (14, False)])
    def test_the_window_is_signed_and_inclusive(self, desk: Desk, day: int, meets: bool) -> None:
        """From one day before to three days after the left date."""
        desk.left, desk.right = [record("a", booking_date=on(10))], [record("x", booking_date=on(day))]
        window = {"type": "DatesWithin", "before": 1, "after": 3}

        assert bool(desk.match(_one({"type": "SameAmount"}, window)).pairs()) is meets

    def test_a_rule_names_its_date(self, desk: Desk) -> None:
        """The left value date against the right booking date."""
        desk.left = [record("a", booking_date=on(1), value_date=on(10))]
        desk.right = [record("x", booking_date=on(10))]
        same_day = {"type": "DatesWithin", "before": 0, "after": 0, "left": "value_date"}

        assert desk.match(_one({"type": "SameAmount"}, same_day)).confirmed == {"a=x"}

    @pytest.mark.parametrize(("before", "after"), [(0, 3), (2, 2), (20, 40)])
    def test_dates_can_be_a_short_cut(self, desk: Desk, before: int, after: int) -> None:
        """Where only an account is equal, candidates are found by near dates, in short and in long windows."""
        desk.left = [record(f"l{n}", f"{n}.00", account="1", booking_date=on(n)) for n in range(1, 29)]
        desk.right = [record(f"r{n}", f"{n}.00", account="1", booking_date=on(n)) for n in range(1, 29)]
        account = {"type": "SameField", "left": "account", "right": "account"}
        window = {"type": "DatesWithin", "before": before, "after": after}
        amount = {"type": "AmountWithin", "absolute": "0.01"}

        assert desk.match(_one(account, window, amount)).confirmed == {f"l{n}=r{n}" for n in range(1, 29)}

    def test_instants_are_compared_where_both_sides_have_them(self, desk: Desk) -> None:
        """The same second in two zones is no hour apart; a clock change is exactly one."""
        rules = ({"type": "SameReference"}, {"type": "InstantsWithin", "hours": "1", "days_after": 1})
        desk.left = [
            record("a", reference="1", occurred_at=at("2026-03-31T23:30:00-05:00")),
            record("b", reference="2", occurred_at=at("2026-03-31T22:00:00+00:00"), booking_date=on(31)),
            record("c", reference="3", occurred_at=at("2026-10-25T01:30:00+02:00")),
        ]
        desk.right = [
            record("x", reference="1", occurred_at=at("2026-04-01T04:30:00+00:00")),
            record("y", reference="2", booking_date=on(2, 4)),
            record("z", reference="3", occurred_at=at("2026-10-25T01:30:00+01:00")),
        ]

        assert desk.match(_one(*rules)).confirmed == {"a=x", "c=z"}


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "reference", "meets"),
        [
            ("WIRE INV-000000008 ADLER", "INV-000000008", True),
            ("WIRE INV000000008 ADLER", "INV-000000008", True),
            ("WIRE INV 000000008 ADLER", "INV-000000008", True),
            ("invoice 2019-09-0001 thank you", "INV/2019/09/0001", True),
            ("RF12 3456", "INV/2019/09/0003 RF12 3456", True),
            ("WIRE CRN-000000008", "INV-000000008", False),
            ("WIRE INV-000000009", "INV-000000008", False),
            ("nothing useful", "INV/2019/09/0004", False),
        ],
    )
    def test_a_reference_is_found_in_a_text(self, desk: Desk, text: str, reference: str, meets: bool) -> None:
        """Whatever the separators; another prefix is another document."""
        desk.left, desk.right = [record("a", text=text)], [record("x", reference=reference)]

        assert bool(desk.match(_one({"type": "ReferenceInText"}, {"type": "SameAmount"})).pairs()) is meets

    def test_a_number_that_many_records_carry_identifies_none(self, desk: Desk) -> None:
        """An account number in every text would pair everything with everything."""
        desk.left = [record(f"l{n}", text="ACCOUNT 4711000 PAYMENT") for n in range(60)]
        desk.right = [record("x", reference="4711000")]

        found = desk.match(_one({"type": "ReferenceInText"}, {"type": "SameAmount"}))

        assert found.pairs() == set()
        (note,) = found.outcome.notes
        assert note.startswith(
            "Pass “Pass”: numbers that stand in more than 50 records of the left side identify nothing"
        )

    @pytest.mark.parametrize(
        ("method", "left", "right", "meets"),
        [
            ("jaro_winkler", "Müller GmbH", "MULLER GMBH", True),
            ("jaro_winkler", "Karl Vogel", "Vogel Karl", False),
            ("token_sort", "VOGEL-Karl", "karl vogel", True),
            ("token_set", "1234//VOGEL-Karl", "Karl Vogel", True),
            ("token_set", "Amsel + Co (Nord)", "Specht AG", False),
        ],
    )
    def test_similar_names(self, desk: Desk, method: str, left: str, right: str, meets: bool) -> None:
        """Case, accents and signs do not count; the order of words does or does not, as the method says."""
        desk.left, desk.right = [record("a", counterparty=left)], [record("x", counterparty=right)]
        similar = {"type": "SimilarText", "method": method, "at_least": 90}

        assert bool(desk.match(_one({"type": "SameAmount"}, similar)).pairs()) is meets

    def test_a_text_without_a_word_is_like_none(self, desk: Desk) -> None:
        """Mere punctuation in a field that has no key column of its own is no text."""
        desk.left, desk.right = [record("a", payer="--")], [record("x", payer="--")]
        similar = {"type": "SimilarText", "left": "payer", "right": "payer"}

        assert desk.match(_one({"type": "SameAmount"}, similar)).pairs() == set()

    def test_the_reasons_say_how_alike(self, desk: Desk) -> None:
        """Every rule leaves a sentence, in the order of the pass."""
        desk.left = [record("a", counterparty="Adler Handel")]
        desk.right = [record("x", counterparty="Adler Hendel", booking_date=on(3))]
        rules = ({"type": "SameAmount"}, {"type": "DatesWithin"}, {"type": "SimilarText"})

        assert desk.match(_one(*rules)).reasons() == ["Same amount", "Right 1 day later", "Counterparty 94 % alike"]

    def test_an_extra_field_of_the_mapping_can_be_compared(self, desk: Desk) -> None:
        """Whatever the mapping adds is a field like any other."""
        desk.left, desk.right = [record("a", terminal="T 1")], [record("x", terminal="t1")]
        same = {"type": "SameField", "left": "terminal", "right": "terminal", "compare": "normalised"}

        assert desk.match(_one(same)).confirmed == {"a=x"}
