"""How alike two texts are, as whole numbers from 0 to 10000, the same on every engine."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

Similarity = Callable[["pa.ChunkedArray[Any]", "pa.ChunkedArray[Any]"], "pa.Array[Any]"]

_FULL = 10_000


def trigrams_alike(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """Sørensen and Dice: twice the shared runs of three letters over all of them; words end in blanks."""
    del score_cutoff
    first, second = (
        Counter(padded[start : start + 3] for padded in (f"  {text} ",) for start in range(len(padded) - 2))
        for text in (one, other)
    )
    return 2 * (first & second).total() / (first.total() + second.total())


_SCORERS: dict[str, tuple[Callable[..., float], float]] = {
    "jaro_winkler": (JaroWinkler.normalized_similarity, _FULL),
    "token_sort": (fuzz.token_sort_ratio, _FULL / 100),
    "token_set": (fuzz.token_set_ratio, _FULL / 100),
    "trigram": (trigrams_alike, _FULL),
}


def functions() -> dict[str, Similarity]:
    """Vectorised functions by the name under which rules call them."""
    return {f"similarity_{name}": _vectorised(*scorer) for name, scorer in _SCORERS.items()}


def _vectorised(scorer: Callable[..., float], factor: float) -> Similarity:
    def similarity(left: Any, right: Any) -> Any:
        share = cpdist(left.to_pylist(), right.to_pylist(), scorer=scorer, dtype=np.float64)
        return pa.array(np.rint(share * factor).astype(np.int32))

    return similarity
