"""How alike two texts are, as whole numbers from 0 to 10000, the same on every engine."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

Similarity = Callable[["pa.ChunkedArray[Any]", "pa.ChunkedArray[Any]"], "pa.Array[Any]"]

_FULL = 10_000
_SCORERS: dict[str, tuple[Callable[..., float], float]] = {
    "jaro_winkler": (JaroWinkler.normalized_similarity, _FULL),
    "token_sort": (fuzz.token_sort_ratio, _FULL / 100),
    "token_set": (fuzz.token_set_ratio, _FULL / 100),
}


def functions() -> dict[str, Similarity]:
    """Vectorised functions by the name under which rules call them."""
    return {f"similarity_{name}": _vectorised(*scorer) for name, scorer in _SCORERS.items()}


def _vectorised(scorer: Callable[..., float], factor: float) -> Similarity:
    def similarity(left: Any, right: Any) -> Any:
        share = cpdist(left.to_pylist(), right.to_pylist(), scorer=scorer, dtype=np.float64)
        return pa.array(np.rint(share * factor).astype(np.int32))

    return similarity
