"""The same matching written by hand for these very files: what it costs when nothing is general.

No rules, no reasons, no legs, no rivals but a greedy choice: the distance to it is what the product's generality costs.
"""

from pathlib import Path

import duckdb
import pyarrow as pa

LOAD = """
CREATE TEMP TABLE {side} AS SELECT file_row_number AS id, account, currency, booking_date AS day, amount,
    reference, {extra}, party_key AS name, hash(account, currency, reference, amount) AS hashed
FROM read_parquet('{path}', file_row_number = true)
"""
EXACT = """
INSERT INTO found
SELECT l.id, r.id, 1.0, l.amount - r.amount FROM l JOIN r
ON l.hashed = r.hashed AND l.reference = r.reference AND l.amount = r.amount
    AND l.account = r.account AND l.currency = r.currency
"""
CANDIDATES = {
    "reference": """
        SELECT l.id AS left_id, r.id AS right_id, 1.0 - abs(l.amount - r.amount) / 1000.0 AS score,
            l.amount - r.amount AS difference
        FROM l JOIN r ON l.number = r.reference AND l.account = r.account AND l.currency = r.currency
        WHERE abs(l.amount - r.amount) <= 500 AND abs(l.day - r.day) <= 5""",
    "name": """
        SELECT left_id, right_id, similarity AS score, difference FROM (
            SELECT l.id AS left_id, r.id AS right_id, jaro_winkler_similarity(l.name, r.name) AS similarity,
                l.amount - r.amount AS difference
            FROM l JOIN r ON l.amount = r.amount AND l.account = r.account AND l.currency = r.currency
            WHERE l.day - r.day BETWEEN 0 AND 3)
        WHERE similarity >= 0.8""",
}
BEST = """
CREATE OR REPLACE TEMP TABLE best AS SELECT c.* FROM candidates c
JOIN (SELECT left_id, max_by(right_id, (score, -right_id)) AS right_id FROM candidates GROUP BY 1) a
    USING (left_id, right_id)
JOIN (SELECT right_id, max_by(left_id, (score, -left_id)) AS left_id FROM candidates GROUP BY 1) b
    USING (left_id, right_id)
"""
BATCHES = """
INSERT INTO found
WITH sums AS (SELECT batch, account, currency, sum(amount) AS total FROM r WHERE batch IS NOT NULL GROUP BY ALL)
SELECT l.id, r.id, 1.0, l.amount - s.total FROM l
JOIN sums s ON l.reference = s.batch AND l.account = s.account AND l.currency = s.currency
JOIN r ON r.batch = s.batch AND r.account = s.account AND r.currency = s.currency
WHERE abs(l.amount - s.total) <= 500
"""
KEEP_OPEN = "CREATE OR REPLACE TEMP TABLE {side} AS SELECT o.* FROM {side} o ANTI JOIN found f ON o.id = f.{name}"


def match_by_hand(left: Path, right: Path, *, threads: int = 2) -> pa.Table:
    """Pairs of row numbers with their score and difference."""
    with duckdb.connect(config={"threads": threads, "preserve_insertion_order": False}) as database:
        number = "coalesce(reference, 'INV-' || nullif(regexp_extract(text, 'INV[- ]?([0-9]{9})', 1), '')) AS number"
        database.execute(LOAD.format(side="l", extra=number, path=left))
        database.execute(LOAD.format(side="r", extra="batch", path=right))
        database.execute("CREATE TEMP TABLE found(left_id BIGINT, right_id BIGINT, score DOUBLE, difference BIGINT)")
        database.execute(EXACT)
        _keep_open(database)
        _assign(database, "reference")
        database.execute(BATCHES)
        _keep_open(database)
        _assign(database, "name")
        found: pa.Table = database.sql("SELECT * FROM found ORDER BY left_id, right_id").to_arrow_table()
        return found


def _assign(database: duckdb.DuckDBPyConnection, step: str) -> None:
    """Best in both directions, until nobody is left."""
    database.execute(f"CREATE OR REPLACE TEMP TABLE candidates AS {CANDIDATES[step]}")
    while True:
        database.execute(BEST)
        if not database.execute("SELECT count(*) FROM best").fetchall()[0][0]:
            break
        database.execute("INSERT INTO found SELECT left_id, right_id, score, difference FROM best")
        database.execute("DELETE FROM candidates WHERE left_id IN (SELECT left_id FROM best)")
        database.execute("DELETE FROM candidates WHERE right_id IN (SELECT right_id FROM best)")
    _keep_open(database)


def _keep_open(database: duckdb.DuckDBPyConnection) -> None:
    for side, name in (("l", "left_id"), ("r", "right_id")):
        database.execute(KEEP_OPEN.format(side=side, name=name))
