"""A day's new records against a long history and a short one: what follows the history, and what the day.

    python -m tests.servers -- python -m benchmarks.increment [--history SHORT LONG] [--new N] [--repeats N]

The history is imported and matched first; then N new events come in on both sides and a run matches them. Without a
server it measures on SQLite only.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.csv_files import write_history
from benchmarks.databases import empty_database, kinds, peak_megabytes


def measure(folder: Path, repeats: int) -> dict[str, float]:
    """The seconds of each stage of a day, in this process."""
    import django  # noqa: PLC0415  settings are read at the first import

    django.setup()
    from benchmarks.journey import Journey  # noqa: PLC0415  models need the settings
    from benchmarks.matching import RULES  # noqa: PLC0415

    journey = Journey(folder / "left.csv", folder / "right.csv")
    days = journey.days(RULES, [(folder / f"{day}-left.csv", folder / f"{day}-right.csv") for day in range(repeats)])
    found = list(days)
    middle = {name: statistics.median(day.get(name, 0.0) for day in found) for name in found[0]}
    return middle | {"mb": peak_megabytes()}


def compare(kind: str, folder: Path, histories: list[int], new: int, repeats: int) -> None:
    wholes = []
    for history in histories:
        place = folder / f"{kind}-{history}"
        write_history(place, history, new, repeats)
        command = [sys.executable, "-m", "benchmarks.increment", "--one", str(place), "--repeats", str(repeats)]
        with empty_database(kind, folder) as environment:
            done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(done.stdout.splitlines()[-1])
        for name, value in told.items():
            print(f"{kind:>10} {history:>10,}  {value:9.2f}  {name}")
        wholes.append(sum(value for name, value in told.items() if not name.startswith(" ") and name != "mb"))
    print(f"{kind}: {new:,} new events take {wholes[-1] / wholes[0]:.2f} times as long with the longer history")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--history", type=int, nargs=2, default=[20_000, 200_000])
    parser.add_argument("--new", type=int, default=5_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=("postgresql", "sqlite"))
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.repeats)))
        return
    with TemporaryDirectory(prefix="bench-increment-") as directory:
        for kind in kinds():
            if asked.only in (None, kind):
                compare(kind, Path(directory), asked.history, asked.new, asked.repeats)


if __name__ == "__main__":
    main()
