"""What others find on the same files, each in a process of its own under PEER_PYTHON, which knows nothing of us.

`PEER_PYTHON=path/to/python python -m benchmarks.matching 10000` runs those that are installed there beside ours.
"""

import importlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

TOLERANCE, DAYS, ALIKE = 500, 5, 0.8
COLUMNS = ["account", "currency", "booking_date", "amount", "reference", "counterparty"]


def main() -> None:
    """A peer's name and a folder: writes the pairs of rows that it finds, prints seconds, processor seconds and MB."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    PEERS[name](folder / "left.parquet", folder / "right.parquet")  # imports and caches are not what is measured
    wall, cpu = time.perf_counter(), time.process_time()
    pairs = PEERS[name](folder / "left.parquet", folder / "right.parquet")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    pq.write_table(pairs, folder / f"{name}.parquet")
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    print(json.dumps({"wall": wall, "cpu": cpu, "mb": int(status["VmHWM"].split()[0]) / 1024}))


def dictionary(left: Path, right: Path) -> pa.Table:
    """The loop that everybody writes first: by reference and account, the amount within the tolerance."""
    known = defaultdict(list)
    for place, row in enumerate(pq.read_table(right, columns=COLUMNS).to_pylist()):
        if row["reference"]:
            known[row["reference"], row["account"], row["currency"]].append((place, row["amount"]))
    found = []
    for place, row in enumerate(pq.read_table(left, columns=COLUMNS).to_pylist()):
        places = known.get((row["reference"], row["account"], row["currency"]), [])
        near = next((each for each in places if abs(each[1] - row["amount"]) <= TOLERANCE), None)
        if near is not None:
            places.remove(near)
            found.append((place, near[0]))
    return _table(*zip(*found, strict=True))


def datacompy(left: Path, right: Path) -> pa.Table:
    """Joined on account, currency and reference; amounts may differ by the tolerance."""
    sides = [_frame(path, f"{name}_row") for path, name in ((left, "left"), (right, "right"))]
    keys, tolerance = ["account", "currency", "reference"], {"amount": TOLERANCE, "default": 0}
    compared = _module("datacompy").PandasCompare(
        *(side[side["reference"].notna()] for side in sides), join_columns=keys, abs_tol=tolerance
    )
    rows = compared.intersect_rows
    rows = rows[rows["amount_match"]]
    names = [next(name for name in rows.columns if name.startswith(f"{side}_row")) for side in ("left", "right")]
    return _table(*(rows[name].astype("int64") for name in names))


def recordlinkage(left: Path, right: Path) -> pa.Table:
    """Blocked on the reference, or on account and amount; weighted scores, the best first."""
    linkage = _module("recordlinkage")
    one, other = _frame(left, "row"), _frame(right, "row")
    index = linkage.Index()
    index.block("reference")
    index.block(["account", "amount"])
    pairs = index.index(one, other)
    compare = linkage.Compare()
    compare.exact("reference", "reference", label="reference")
    compare.numeric("amount", "amount", offset=0, scale=TOLERANCE, label="amount")
    compare.string("counterparty", "counterparty", method="jarowinkler", label="name")
    scores = compare.compute(pairs, one, other)
    good = (scores["amount"] >= 0.5) & ((scores["reference"] == 1) | (scores["name"] >= ALIKE))  # noqa: PLR2004  halves
    ranked = scores[good].sum(axis=1).sort_values(ascending=False, kind="stable").index
    used: tuple[set[int], set[int]] = (set(), set())
    found = []
    for pair in ranked:
        if pair[0] not in used[0] and pair[1] not in used[1]:
            used[0].add(pair[0])
            used[1].add(pair[1])
            found.append(pair)
    return _table(*zip(*found, strict=True))


def splink(left: Path, right: Path) -> pa.Table:
    """Its deterministic rules on DuckDB: the reference with a near amount, or the amount with a similar name."""
    module, library = _module("splink"), _module("duckdb")
    with library.connect(config={"threads": 2}) as database:
        for name, path in (("a_left", left), ("b_right", right)):
            database.execute(
                f"CREATE TABLE {name} AS SELECT file_row_number AS unique_id, '{name}' AS source_dataset, account, "
                f"amount, booking_date, reference, lower(counterparty) AS name "
                f"FROM read_parquet('{path}', file_row_number = true)"
            )
        api = _module("splink.backends.duckdb").DuckDBAPI(connection=database)
        near = f"abs(l.amount - r.amount) <= {TOLERANCE} AND abs(l.booking_date - r.booking_date) <= {DAYS}"
        late = "l.booking_date - r.booking_date BETWEEN 0 AND 3"
        alike = f"jaro_winkler_similarity(l.name, r.name) >= {ALIKE}"
        rules = [
            f"l.reference = r.reference AND l.account = r.account AND {near}",
            f"l.account = r.account AND l.amount = r.amount AND {late} AND {alike}",
        ]
        settings = module.SettingsCreator(link_type="link_only", blocking_rules_to_generate_predictions=rules)
        sides = [api.register(name, dataset_display_name=name) for name in ("a_left", "b_right")]
        linked = module.Linker(sides, settings, log_level=40).inference.deterministic_link()
        rows = database.execute(f"SELECT unique_id_l, unique_id_r FROM {linked.physical_name}").fetchall()
    return _table(*zip(*rows, strict=True))


PEERS: dict[str, Callable[[Path, Path], pa.Table]] = {
    "dictionary": dictionary,
    "datacompy": datacompy,
    "recordlinkage": recordlinkage,
    "splink": splink,
}


def _module(name: str) -> Any:
    """Installed beside PEER_PYTHON only."""
    return importlib.import_module(name)


def _frame(path: Path, row: str) -> Any:
    frame = pq.read_table(path, columns=COLUMNS).to_pandas()
    frame["counterparty"] = frame["counterparty"].str.lower()
    frame[row] = range(len(frame))
    return frame


def _table(left: Any, right: Any) -> pa.Table:
    return pa.table({"left": pa.array(left, pa.int64()), "right": pa.array(right, pa.int64())})


if __name__ == "__main__":
    main()
