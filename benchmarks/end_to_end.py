"""Two CSV files through the product, from the upload to the first page of open items, with the seconds of each stage.

    python -m tests.servers -- python -m benchmarks.end_to_end [--rows N] [--only DATABASE]
    python -m benchmarks.end_to_end LEFT.csv RIGHT.csv [--rules FILE] [--pairs FILE]

Without files it makes some, and measures beside ours a bare prototype of the same (COPY, DuckDB, COPY, one page) and
the usual Django app (`csv.DictReader`, `bulk_create`, dictionaries), each in a process and a database of its own: the
first load into empty tables, then the same files again into a second project. Each ends with the first page of open
items. Without a server it measures on SQLite only.

With files the database is that of DATABASE_URL, which should be empty, or a new SQLite file. `--pairs` writes the keys
of each matched pair as Parquet, to be scored against a truth.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.csv_files import write_files
from benchmarks.databases import empty_database, kinds, peak_megabytes

Told = dict[str, float]


def ours(files: dict[str, Path], rules: dict[str, Any] | None, pairs: Path | None = None) -> Told:
    from benchmarks.journey import Journey  # noqa: PLC0415  models need the settings

    told: Told = {}
    for load in ("first", "second"):
        journey = Journey(files["left"], files["right"])
        told[load], there = 0.0, False
        for name, seconds in journey.timings(rules):
            print(f"{seconds:9.2f} s  {name}", file=sys.stderr)
            told[load] += 0.0 if there or name.startswith(" ") else seconds
            there = there or name.startswith("first page")
        if pairs:
            journey.write_pairs(pairs)
            break
    return told


def bare(files: dict[str, Path], _rules: object) -> Told:
    from benchmarks.end_to_end_floor import Bare  # noqa: PLC0415

    prototype = Bare(Path(os.environ["VAR_DIR"]))
    return {load: prototype.load(files) for load in ("first", "second")}


def usual(files: dict[str, Path], _rules: object) -> Told:
    from django.core.management import call_command  # noqa: PLC0415

    from benchmarks.end_to_end_floor import usual as load  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    return {"first": load(files)}


CANDIDATES: dict[str, Callable[[dict[str, Path], dict[str, Any] | None], Told]] = {
    "ours": ours,
    "bare": bare,
    "usual": usual,
}


def measure(name: str, left: Path, right: Path) -> Told:
    """In this process; the CPU is that of this process, not of the database server."""
    import django  # noqa: PLC0415  settings are read at the first import

    from benchmarks.matching import RULES  # noqa: PLC0415

    django.setup()
    start = time.process_time()
    told = CANDIDATES[name]({"left": left, "right": right}, RULES)
    return told | {"cpu": time.process_time() - start, "mb": peak_megabytes()}


def compare(kind: str, folder: Path, rows: int) -> None:
    files = write_files(folder / str(rows), rows)
    told: dict[str, Told] = {}
    for name in CANDIDATES:
        command = [sys.executable, "-m", "benchmarks.end_to_end", str(files.left), str(files.right), "--one", name]
        with empty_database(kind, folder) as environment:
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        told[name] = json.loads(done.stdout.splitlines()[-1])
        print(kind, f"{rows:,}", name, {key: round(value, 2) for key, value in told[name].items()})
    first = {name: figures["first"] for name, figures in told.items()}
    second = told["ours"]["second"] / told["bare"]["second"]
    print(
        f"{kind} {rows:,}  {first['ours'] / first['bare']:.2f} times the bare prototype (second load {second:.2f}), "
        f"{first['usual'] / first['ours']:.1f} times faster than the usual app"
    )


def look_at(asked: argparse.Namespace) -> None:
    with TemporaryDirectory(prefix="bench-end-to-end-") as directory:
        os.environ |= {"VAR_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings.local"}
        import django  # noqa: PLC0415

        django.setup()
        rules = json.loads(asked.rules.read_text()) if asked.rules else None
        ours({"left": asked.left, "right": asked.right}, rules, asked.pairs)
        print(f"peak memory {peak_megabytes():.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("left", type=Path, nargs="?")
    parser.add_argument("right", type=Path, nargs="?")
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", choices=("postgresql", "sqlite"))
    parser.add_argument("--one", choices=sorted(CANDIDATES), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.left, asked.right)))
    elif asked.left and asked.right:
        look_at(asked)
    else:
        with TemporaryDirectory(prefix="bench-end-to-end-") as directory:
            for kind in kinds():
                if asked.only in (None, kind):
                    compare(kind, Path(directory), asked.rows)


if __name__ == "__main__":
    main()
