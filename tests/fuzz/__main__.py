"""`python -m tests.fuzz [PARSER …]`: each parser for FUZZ_SECONDS (20), two at a time; 1 when one of them fails."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.invariants import check
from tests.fuzz.mutations import Mutation, mutated, mutated_inside, mutations
from tests.fuzz.seeds import seeds

_SECONDS = float(os.environ.get("FUZZ_SECONDS", "20"))
_AT_ONCE = 2
_ROUND = 10
_ONE = "--one"


def every(names: list[str]) -> int:
    """A process for each parser: what one of them does to its memory or its signals is its own affair."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return max(pool.map(_in_a_process, names))


def _in_a_process(name: str) -> int:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", _ONE, name], capture_output=True, text=True, check=False
    )
    sys.stdout.write(ended.stdout + (ended.stderr if ended.returncode else ""))
    sys.stdout.flush()
    return ended.returncode


def one(name: str) -> int:
    """Rounds of examples until the time is over; a failing one is made small by hypothesis, and kept as a file."""
    files = seeds()[name]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    path, done, began = folder / "mutated", 0, time.monotonic()

    @settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(files), mutations, st.booleans())
    def holds(content: bytes, steps: list[Mutation], inside: bool) -> None:
        nonlocal done
        done += 1
        zipped = inside and content.startswith(b"PK")
        path.write_bytes(mutated_inside(content, steps) if zipped else mutated(content, steps))
        if path.stat().st_size:
            check(path)

    while time.monotonic() - began < _SECONDS:
        start = secrets.randbits(32)
        try:
            seed(start)(holds)()
        except BaseException:
            sys.stdout.write(f"{name}: FAILED after {done:,} files; the file is {path}, the seed {start}\n")
            raise
    path.unlink(missing_ok=True)
    folder.rmdir()
    sys.stdout.write(f"{name}: {done:,} files in {time.monotonic() - began:.0f} s, none crashed, hung or lost a line\n")
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(one(arguments[1]) if arguments[:1] == [_ONE] else every(arguments or sorted(seeds())))
