"""`python -m benchmarks.formats`: medians of interleaved runs, each a process of its own.

PEER_PYTHON names a Python that has mt-940, bankstatementparser and pycamt; without it they are left out.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.formats.files import WRITERS

_READERS = Path(__file__).with_name("readers.py")
_ROOT = _READERS.parents[2]
_PEERS = os.environ.get("PEER_PYTHON", "")
_REPEATS = 3
_SMALL = 200
_BESIDE: dict[str, tuple[int, tuple[str, ...]]] = {
    "xlsx": (100_000, ("python-calamine",)),
    "mt940": (50_000, ("mt-940", "bankstatementparser MT940")),
    "camt": (5_000, ("bankstatementparser camt", "pycamt")),
}
_ENDINGS = {"camt": "xml"}  # peers go by the name; ours do not
_TENFOLD = dict.fromkeys(WRITERS, 5_000)


def main() -> None:
    with TemporaryDirectory() as folder:
        for name, (count, others) in _BESIDE.items():
            beside(Path(folder), name, count, others)
        for name, count in _TENFOLD.items():
            tenfold(Path(folder), name, count)


def beside(folder: Path, name: str, count: int, others: tuple[str, ...]) -> None:
    """The speed of each reader on the same file, and how much longer or shorter than ours the others take."""
    path = _written(folder, name, count)
    megabytes = path.stat().st_size / 1e6
    readers = ["ours", *(other for other in others if other == "python-calamine" or _PEERS)]
    runs: dict[str, list[dict[str, float]]] = {reader: [] for reader in readers}
    for _ in range(_REPEATS):
        for reader, told in runs.items():
            told.append(_measured(reader, path))
    spent = {reader: statistics.median(run["cpu"] for run in told) for reader, told in runs.items()}
    for reader, told in runs.items():
        print(
            f"{name:>10} {reader:<26} {told[0]['entries']:>8,.0f} entries  {megabytes:6.1f} MB  {spent[reader]:6.2f} s"
            f"  {megabytes / spent[reader] * 60:7,.0f} MB/min  ours takes {spent['ours'] / spent[reader]:.2f} of it"
        )


def tenfold(folder: Path, name: str, count: int) -> None:
    """The peak memory of ours on a file and on one ten times as large."""
    one, ten = (_measured("ours", _written(folder, name, size))["mb"] for size in (count, 10 * count))
    grown = f"{one:5.0f} MB for {count:,} entries, {ten:5.0f} MB for {10 * count:,}"
    print(f"{name:>10} memory: {grown}  ratio {ten / one:.2f}")


def _written(folder: Path, name: str, count: int) -> Path:
    path = folder / f"{count}.{_ENDINGS.get(name, name)}"
    WRITERS[name](path, count)
    WRITERS[name](path.with_name(f"small-{path.name}"), _SMALL)
    return path


def _measured(reader: str, path: Path) -> dict[str, float]:
    python = sys.executable if reader in ("ours", "python-calamine") else _PEERS
    command = [python, str(_READERS), reader, str(path)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)} if reader == "ours" else None
    done = subprocess.run(command, cwd=_ROOT, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
