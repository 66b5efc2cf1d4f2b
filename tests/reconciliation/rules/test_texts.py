import pytest

from tests.reconciliation.engine.ledgers import Desk, on, one, record


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

        assert bool(desk.match(one({"type": "ReferenceInText"}, {"type": "SameAmount"})).pairs()) is meets

    def test_a_number_that_many_records_carry_identifies_none(self, desk: Desk) -> None:
        """An account number in every text would pair everything with everything."""
        desk.left = [record(f"l{n}", text="ACCOUNT 4711000 PAYMENT") for n in range(60)]
        desk.right = [record("x", reference="4711000")]

        found = desk.match(one({"type": "ReferenceInText"}, {"type": "SameAmount"}))

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
            ("trigram", "Nordlicht Handels Gesellschaft", "Nordlicht Handelsgesellschaft", True),
            ("trigram", "Karl Vogel", "Karla Nagel", False),
        ],
    )
    def test_similar_names(self, desk: Desk, method: str, left: str, right: str, meets: bool) -> None:
        """Case, accents and signs do not count; the order of words does or does not, as the method says."""
        desk.left, desk.right = [record("a", counterparty=left)], [record("x", counterparty=right)]
        similar = {"type": "SimilarText", "method": method, "at_least": 90}

        assert bool(desk.match(one({"type": "SameAmount"}, similar)).pairs()) is meets

    def test_a_text_without_a_word_is_like_none(self, desk: Desk) -> None:
        """Mere punctuation in a field that has no key column of its own is no text."""
        desk.left, desk.right = [record("a", payer="--")], [record("x", payer="--")]
        similar = {"type": "SimilarText", "left": "payer", "right": "payer"}

        assert desk.match(one({"type": "SameAmount"}, similar)).pairs() == set()

    def test_the_reasons_say_how_alike(self, desk: Desk) -> None:
        """Every rule leaves a sentence, in the order of the pass."""
        desk.left = [record("a", counterparty="Adler Handel")]
        desk.right = [record("x", counterparty="Adler Hendel", booking_date=on(3))]
        rules = ({"type": "SameAmount"}, {"type": "DatesWithin"}, {"type": "SimilarText"})

        assert desk.match(one(*rules)).reasons() == ["Same amount", "Right 1 day later", "Counterparty 94 % alike"]

    def test_an_extra_field_of_the_mapping_can_be_compared(self, desk: Desk) -> None:
        """Whatever the mapping adds is a field like any other."""
        desk.left, desk.right = [record("a", terminal="T 1")], [record("x", terminal="t1")]
        same = {"type": "SameField", "left": "terminal", "right": "terminal", "compare": "normalised"}

        assert desk.match(one(same)).confirmed == {"a=x"}
