"""What reads a file: this product, a bare reader, and the usual Python parsers, which an own Python may have.

Run by the Python that has it: `python benchmarks/formats/readers.py NAME FILE` prints its entries, its processor
seconds (children included) and its peak memory in MB.
"""

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path


def ours(path: Path) -> int:
    formats = import_module("reconciliation.formats")
    kept = import_module("benchmarks.formats.counted").Counted()
    return int(formats.read_into(kept, path, formats.detect(path).mapping).count)


def calamine(path: Path) -> int:
    """The cells of the sheet as Python objects, and nothing made of them."""
    workbook = import_module("python_calamine").CalamineWorkbook.from_path(str(path))
    return len(workbook.get_sheet_by_index(0).to_python()) - 1


def mt_940(path: Path) -> int:
    return len(import_module("mt940").parse(str(path)))


def bankstatementparser_mt940(path: Path) -> int:
    return len(import_module("bankstatementparser").Mt940Parser(str(path)).parse())


def bankstatementparser_camt(path: Path) -> int:
    return len(import_module("bankstatementparser").CamtParser(str(path)).get_transactions())


def pycamt(path: Path) -> int:
    return len(import_module("pycamt.parser").Camt053Parser.from_file(str(path)).get_transactions())


READERS: dict[str, Callable[[Path], int]] = {
    "ours": ours,
    "python-calamine": calamine,
    "mt-940": mt_940,
    "bankstatementparser MT940": bankstatementparser_mt940,
    "bankstatementparser camt": bankstatementparser_camt,
    "pycamt": pycamt,
}


def measure(name: str, path: Path) -> dict[str, float]:
    """Loading the library is not counted: the first file that a worker reads is not its last."""
    _warm(name, path)
    began = _processor()
    entries = READERS[name](path)
    spent = _processor() - began
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    own = int(status["VmHWM"].split()[0]) / 1024  # a child inherits its parent's ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"entries": entries, "cpu": spent, "mb": own + child}


def _warm(name: str, path: Path) -> None:
    small = path.with_name(f"small-{path.name}")
    if small.exists():
        READERS[name](small)


def _processor() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
