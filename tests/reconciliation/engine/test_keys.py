import pyarrow as pa
import pytest

from reconciliation.engine import with_keys
from reconciliation.rules.words import words


def _tokens(text: str) -> set[str]:
    texts = pa.table(
        {"reference": pa.array([None], pa.string()), "text": [text], "counterparty": pa.array([None], pa.string())}
    )
    found = with_keys(texts)["text_tokens"][0].as_py()
    return set(found.split(" ")) if found else set()


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Müller-Groß & Co.", "muller gross co"),
            ("  ADLER   Handel (Nord)+ ", "adler handel nord"),
            ("Łódź 12", "łodz 12"),
            ("---", ""),
        ],
    )
    def test_case_accents_and_punctuation_do_not_count(self, text: str, expected: str) -> None:
        """Text is compared by its words."""
        assert words(text) == expected

    def test_ascii_and_other_text_are_treated_alike(self) -> None:
        """The fast path for ASCII gives what the thorough one gives; what has no word is null."""
        parties = ["Adler & Co", "Müller", "", None, "--"]
        table = pa.table({"reference": parties, "counterparty": parties, "text": parties})

        assert with_keys(table)["party_key"].to_pylist() == ["adler co", "muller", None, None, None]
        assert with_keys(table)["reference_key"].to_pylist() == ["adlerco", "muller", None, None, None]


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("WIRE IN INV-000000008 ADLER BERLIN", {"INV:000000008"}),
            ("WIRE IN INV000000008 ADLER", {"INV:000000008"}),
            ("payment INV 000000008 adler", {":000000008"}),
            ("invoice 2019-09-0001 thank you", {":2019090001"}),
            ("INV/2019/09/0001", {"INV:2019090001"}),
            ("INV/2019/09/0003 RF12 3456", {"INV:2019090003", "RF:123456"}),
            ("paid on 2026-03-02, at 12.30", set()),
            ("no number at all", set()),
        ],
    )
    def test_numbers_are_found_in_any_spelling(self, text: str, expected: set[str]) -> None:
        """References lose their separators and keep their prefix; dates and short numbers are none."""
        assert _tokens(text) == expected
