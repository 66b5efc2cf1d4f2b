"""Two CSV files through the product, from the upload to the first page of open items, with the seconds of each stage.

    python -m benchmarks.end_to_end LEFT.csv RIGHT.csv [--rules FILE] [--pairs FILE]

The database is that of DATABASE_URL, which should be empty, or a new SQLite file: PostgreSQL by
`python -m tests.servers -- python -m benchmarks.end_to_end …`. `--pairs` writes the keys of each matched pair as
Parquet, to be scored against a truth.
"""

import argparse
import json
import os
import resource
import tempfile
from pathlib import Path

Timings = list[tuple[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("left", type=Path)
    parser.add_argument("right", type=Path)
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--pairs", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reconciliation-bench-") as directory:
        os.environ["VAR_DIR"] = directory
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.local"
        import django  # noqa: PLC0415  settings are read at the first import

        django.setup()
        from benchmarks.journey import Journey  # noqa: PLC0415  models need the settings

        journey = Journey(asked.left, asked.right)
        rules = json.loads(asked.rules.read_text()) if asked.rules else None
        timings = list(journey.timings(rules))
        if asked.pairs:
            journey.write_pairs(asked.pairs)
    _report(timings)


def _report(timings: Timings) -> None:
    for name, seconds in timings:
        print(f"{seconds:9.2f} s  {name}")
    whole = sum(seconds for name, seconds in timings if not name.startswith("  "))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{whole:9.2f} s  in all; peak memory {peak} MiB")


if __name__ == "__main__":
    main()
