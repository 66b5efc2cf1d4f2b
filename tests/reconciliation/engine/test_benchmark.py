from pathlib import Path

import numpy as np

from benchmarks.matching import CANDIDATES
from benchmarks.statements import statements


class TestBenchmark:
    def test_ours_and_the_floor_find_the_truth(self, tmp_path: Path) -> None:
        """What is measured side by side does the same work: both find every pair and no wrong one."""
        data = statements(tmp_path, 2_000)
        known = np.isin(data.right_event, data.left_event[data.left_event >= 0])

        for run in CANDIDATES.values():
            left, right = run(data)

            assert (data.left_event[left] == data.right_event[right]).all()
            assert sorted(right.tolist()) == np.flatnonzero(known).tolist()
