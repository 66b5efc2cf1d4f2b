"""A CSV file to committed records, against what the database alone takes for the same rows.

    python -m tests.servers -- python -m benchmarks.importing [--rows N] [--repeats N] [--memory]

Without a server it measures on SQLite only. Ours is everything between the upload and the commit: detection, reading,
identity, snapshot, rows. The floor is a bare COPY (on SQLite one `executemany`) of the finished rows into a table with
the same indexes, in the same process and in turns; `bulk_create` is the usual way, for the first rows of the file.
`--memory` imports ten times as many rows besides and shows the memory of both.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.csv_files import write_left
from benchmarks.databases import empty_database, kinds, peak_megabytes

MOST_CREATED = 50_000


def measure(path: Path, *, floor: bool) -> dict[str, float]:
    """One import in this process, into an empty database."""
    import django  # noqa: PLC0415  settings are read at the first import

    django.setup()
    from benchmarks.import_floor import created, stored_by_hand  # noqa: PLC0415  models need the settings
    from benchmarks.journey import Journey  # noqa: PLC0415

    journey = Journey(path, path)
    wall, cpu = time.perf_counter(), time.process_time()
    told = list(journey.import_one())
    told += [("wall", time.perf_counter() - wall), ("cpu", time.process_time() - cpu), ("mb", peak_megabytes())]
    if floor:
        told += [("floor", stored_by_hand(Path(os.environ["VAR_DIR"]))), ("bulk_create", created(path, MOST_CREATED))]
    return dict(told)


def compare(kind: str, folder: Path, rows: int, repeats: int) -> None:
    path = write_left(folder, rows)
    found = [_in_a_child(kind, folder, path, floor=True) for _ in range(repeats)]
    middle = {name: statistics.median(one[name] for one in found) for name in found[0]}
    for name, value in middle.items():
        print(f"{kind:>10} {rows:>10,}  {value:10.4f}  {name.strip()}")
    ours, usual = middle["wall"], middle["bulk_create"] * rows
    print(
        f"{kind:>10} {rows:>10,}  {middle['floor'] / ours:.2f} of the bare rate, {usual / ours:.1f} times bulk_create"
    )


def grow(kind: str, folder: Path, rows: int) -> None:
    for many in (rows, 10 * rows):
        told = _in_a_child(kind, folder, write_left(folder, many), floor=False)
        print(f"{kind:>10} {many:>10,}  {told['mb']:.0f} MB at most, {told['wall']:.1f} s")


def _in_a_child(kind: str, folder: Path, path: Path, *, floor: bool) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.importing", "--one", str(path), *(["--floor"] if floor else [])]
    with empty_database(kind, folder) as environment:
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--only", choices=("postgresql", "sqlite"))
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, floor=asked.floor)))
        return
    with TemporaryDirectory(prefix="bench-importing-") as directory:
        for kind in kinds():
            if asked.only in (None, kind):
                compare(kind, Path(directory), asked.rows, asked.repeats)
                if asked.memory:
                    grow(kind, Path(directory), asked.rows)


if __name__ == "__main__":
    main()
