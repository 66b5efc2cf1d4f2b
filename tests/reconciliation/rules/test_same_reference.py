import pytest

from tests.reconciliation.engine.ledgers import Desk, one, record


class TestSameReference:
    @pytest.mark.parametrize(
        ("compare", "left", "right", "meets"),
        [
            ("exact", "000123", "123", False),
            ("exact", "1E5", "100000", False),
            ("exact", "АB12", "AB12", False),  # noqa: RUF001  the first letter is Cyrillic
            ("exact", "12345678901234567890", "12345678901234567891", False),
            ("exact", " AB-12 ", "AB-12", True),
            ("as_written", "A 1", "A 1", True),
            ("as_written", "A 1", "A  1", False),
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

        assert bool(desk.match(one({"type": "SameReference", "compare": compare})).pairs()) is meets

    def test_a_missing_reference_is_no_reference(self, desk: Desk) -> None:
        """Two empty references are not the same one."""
        desk.left, desk.right = [record("a", reference=None)], [record("x", reference=None)]

        assert desk.match(one({"type": "SameReference"})).pairs() == set()
