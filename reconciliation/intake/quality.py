"""What a file's records look like as a whole: what is missing, what stands out. Counted by DuckDB within its memory."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import pyarrow as pa

from reconciliation.formats import Mapping, RejectedLine
from reconciliation.intake.verdicts import database
from reconciliation.money import to_decimal

FIELDS = ("booking_date", "value_date", "amount", "reference", "counterparty", "text", "key", "account")
FEWEST = 20
DEVIATIONS = 20
FAR_DAYS = 366
SHOWN = 5

# A median has to hold what it is the median of: of a large file every nth line tells what is usual.
TOLD_BY = 500_000
RARE = 10_000

# An amount stands out by how far it is from the median of its currency, in median absolute deviations, which a few
# wild ones do not move. Floating point tells what stands out; what is shown is the exact amount.
_AMOUNTS = """
CREATE TEMP VIEW sizes AS
SELECT file_row_number, line, amount, scale, currency, abs(amount) / pow(10, scale) AS size
FROM lines WHERE amount IS NOT NULL;
CREATE TEMP TABLE usual AS
WITH counted AS (
    SELECT currency, CASE WHEN count(*) > $rare THEN $every ELSE 1 END AS every
    FROM sizes GROUP BY currency HAVING count(*) >= $fewest
)
SELECT currency, median(size) AS middle, mad(size) AS spread FROM sizes JOIN counted USING (currency)
WHERE file_row_number % every = 0 GROUP BY currency;
"""
_OUTLIERS = """
SELECT line, amount, scale, currency, middle, count(*) OVER () AS total FROM sizes JOIN usual USING (currency)
WHERE spread > 0 AND abs(size - middle) > $deviations * 1.4826 * spread
ORDER BY abs(size - middle) / spread DESC, line LIMIT $shown
"""
_DATES = """
SELECT min(booking_date), max(booking_date), count(*) FILTER (booking_date > $today),
    count(*) FILTER (abs(booking_date - (
        SELECT quantile_disc(booking_date, 0.5) FROM lines WHERE file_row_number % $every = 0
    )) > $far)
FROM lines
"""


def measured(
    lines: Path | pa.Table, mapping: Mapping, rejected: Iterable[RejectedLine], duplicates: int, today: date
) -> dict[str, Any]:
    """As a JSON document: counts, the dates, and the amounts that stand out most."""
    malformed = Counter(line.field or "line" for line in rejected)
    with database(lines) as connection:
        [(records,)] = connection.execute("SELECT count(*) FROM lines").fetchall()
        every = max(1, -(-records // TOLD_BY))
        connection.execute(Template(_AMOUNTS).substitute(fewest=FEWEST, rare=RARE, every=every))
        return {
            "records": records,
            "rejected": malformed.total(),
            "duplicates": duplicates,
            "malformed": dict(malformed.most_common()),
            "missing": _missing(connection, mapping),
            "currencies": dict(
                connection.execute("SELECT currency, count(*) FROM lines GROUP BY ALL ORDER BY 2 DESC, 1").fetchall()
            ),
            "outliers": _outliers(connection),
            "dates": _dates(connection, today, every),
        }


def _missing(connection: duckdb.DuckDBPyConnection, mapping: Mapping) -> dict[str, int]:
    """By field; one that the mapping does not read is missing nowhere."""
    names = [name for name in FIELDS if name in mapping.fields]
    if not names:
        return {}
    counts = ", ".join(f"count(*) - count({name})" for name in names)
    [row] = connection.execute(f"SELECT {counts} FROM lines").fetchall()  # noqa: S608  names of ours
    return {name: count for name, count in zip(names, row, strict=True) if count}


def _outliers(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    found = connection.execute(_OUTLIERS, {"deviations": DEVIATIONS, "shown": SHOWN}).fetchall()
    lines = [
        {
            "line": line,
            "amount": f"{to_decimal(amount, scale):f}",
            "currency": currency,
            "usual": f"{middle:.{scale}f}",
        }
        for line, amount, scale, currency, middle, _ in found
    ]
    return {"count": found[0][5] if found else 0, "lines": lines}


def _dates(connection: duckdb.DuckDBPyConnection, today: date, every: int) -> dict[str, Any]:
    given = {"today": today, "far": FAR_DAYS, "every": every}
    [(first, last, future, far)] = connection.execute(_DATES, given).fetchall()
    return {
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "future": future,
        "far": far,
    }
