"""The engine against a hand-written pipeline on the same files, in turns: `python -m benchmarks.matching [pairs ...]`.

Each measurement is a process of its own, so that its memory is its own; medians of the repeats, and their ratio.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.floor import match_by_hand
from benchmarks.peers import PEERS
from benchmarks.statements import Ints, Statements, statements
from reconciliation.engine import SideInput, Snapshot, match
from reconciliation.rules import RuleSet

ACCOUNT = {"type": "SameField", "left": "account", "right": "account"}
NEAR = {"type": "AmountWithin", "absolute": "5.00"}
WITHIN_FIVE = {"type": "DatesWithin", "before": 5, "after": 5}
FEE = {"kind": "fee", "max": "5.00"}
RULES: dict[str, Any] = {
    "name": "Benchmark",
    "passes": [
        {"name": "Exact", "rules": [ACCOUNT, {"type": "SameReference"}, {"type": "SameAmount"}]},
        {"name": "Fee", "rules": [ACCOUNT, {"type": "SameReference"}, NEAR, WITHIN_FIVE], "adjustment": FEE},
        {"name": "In text", "rules": [ACCOUNT, {"type": "ReferenceInText"}, NEAR, WITHIN_FIVE], "adjustment": FEE},
        {
            "name": "Payout",
            "cardinality": "1:n",
            "group_by": {"left": ["reference"], "right": ["batch"]},
            "rules": [ACCOUNT, NEAR],
            "adjustment": FEE,
        },
        {
            "name": "Name",
            "rules": [
                ACCOUNT,
                {"type": "SameAmount"},
                {"type": "DatesWithin", "before": 3, "after": 0},
                {"type": "SimilarText", "at_least": 80},
            ],
        },
    ],
}
FIRST_RIGHT = 1 << 24
_FEW = 1_000

Pairs = tuple[Ints, Ints]


def ours(data: Statements) -> Pairs:
    """Rows of both sides that the engine puts in one group, confirmed or suggested."""
    left, right = (SideInput((Snapshot(path, first),)) for path, first in ((data.left, 0), (data.right, FIRST_RIGHT)))
    legs = match(left, right, RuleSet.from_document(RULES)).legs
    group, record = legs["group"].to_numpy(), legs["record_id"].to_numpy()
    lefts = record < FIRST_RIGHT
    owner = np.full(int(group.max()) + 1, -1)
    owner[group[lefts]] = record[lefts]
    return owner[group[~lefts]], record[~lefts] - FIRST_RIGHT


def floor(data: Statements) -> Pairs:
    pairs = match_by_hand(data.left, data.right)
    return pairs["left_id"].to_numpy(), pairs["right_id"].to_numpy()


CANDIDATES: dict[str, Callable[[Statements], Pairs]] = {"ours": ours, "floor": floor}


def measure(name: str, folder: Path) -> dict[str, float]:
    """One run in this process: wall and processor seconds, peak MB, precision and recall.

    Few pairs come first, and what decides between rivals is imported, as in a server that has matched before.
    """
    for module in ("scipy.optimize", "scipy.sparse.csgraph"):
        import_module(module)
    with TemporaryDirectory() as small:
        CANDIDATES[name](statements(Path(small), _FEW))
    events = np.load(folder / "events.npz")
    data = Statements(folder / "left.parquet", folder / "right.parquet", events["left"], events["right"])
    wall, cpu = time.perf_counter(), time.process_time()
    left, right = CANDIDATES[name](data)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    peak = int(status["VmHWM"].split()[0]) / 1024  # a child inherits its parent's ru_maxrss
    return {"wall": wall, "cpu": cpu, "mb": peak, **judged(data, left, right)}


def judged(data: Statements, left: Ints, right: Ints) -> dict[str, float]:
    """Precision and recall of pairs of rows."""
    right_event = data.right_event[right]
    hits = int(((data.left_event[left] == right_event) & (right_event >= 0)).sum())
    known = int(np.isin(data.right_event, data.left_event[data.left_event >= 0]).sum())
    return {"precision": hits / len(left), "recall": hits / known}


def measure_peer(name: str, folder: Path, data: Statements) -> dict[str, float]:
    """The same of somebody else's library, by the Python that has it; the first of two goes is not counted."""
    command = [os.environ["PEER_PYTHON"], str(Path(__file__).with_name("peers.py")), name, str(folder)]
    told: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    )
    pairs = pq.read_table(folder / f"{name}.parquet")
    return {**told, **judged(data, pairs["left"].to_numpy(), pairs["right"].to_numpy())}


def compare(pairs: int, repeats: int) -> None:
    with TemporaryDirectory() as folder:
        data = statements(Path(folder), pairs)
        np.savez(Path(folder) / "events.npz", left=data.left_event, right=data.right_event)
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in CANDIDATES}
        for _ in range(repeats):
            for name, told in runs.items():
                command = [sys.executable, "-m", "benchmarks.matching", "--one", name, "--folder", folder]
                told.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        if os.environ.get("PEER_PYTHON"):
            runs |= {name: [measure_peer(name, Path(folder), data)] for name in PEERS}
    middle = {
        name: {key: statistics.median(run[key] for run in told) for key in told[0]} for name, told in runs.items()
    }
    for name, figures in middle.items():
        print(
            f"{pairs:>10,} {name:>13}  {figures['wall']:7.2f} s wall  {figures['cpu']:7.2f} s cpu"
            f"  {figures['mb']:6.0f} MB  precision {figures['precision']:.4f}  recall {figures['recall']:.4f}"
        )
    ratios = {key: middle["ours"][key] / middle["floor"][key] for key in ("wall", "cpu", "mb")}
    print(f"{pairs:>10,}  ratio  {ratios['wall']:.2f} wall, {ratios['cpu']:.2f} cpu, {ratios['mb']:.2f} memory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("pairs", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", choices=sorted(CANDIDATES))
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.folder)))
        return
    for pairs in given.pairs:
        compare(pairs, given.repeats)


if __name__ == "__main__":
    main()
