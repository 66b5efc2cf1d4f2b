"""Key columns that an import adds once, so that a run has only to read them."""

import os
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from reconciliation.engine.normalise import letters_of, words_of
from reconciliation.rules.side import Need

STORED = {
    Need("reference", "normalised").column: "reference_key",
    Need("reference", "tokens").column: "reference_tokens",
    Need("counterparty", "words").column: "party_key",
    Need("text", "words").column: "text_key",
    Need("text", "tokens").column: "text_tokens",
}

# A token is PREFIX:DIGITS. Numbers may be broken by -/._ or, in groups of three and more, by blanks. A number without a
# prefix needs five digits and must not be a date. Where no number could be one the second condition says so cheaply.
TOKENS_MACRO = r"""
CREATE OR REPLACE TEMP MACRO reference_tokens(t) AS CASE
WHEN t IS NULL OR NOT regexp_matches(t, '[0-9][0-9]') THEN NULL
WHEN NOT regexp_matches(t, '(?:[A-Za-z]|[^\x00-\x7f])[-/._#:]?[0-9]|[0-9][-/._ 0-9]{3,}[0-9]') THEN NULL
WHEN regexp_full_match(t, '[A-Za-z]{0,12}[-/._#: ]?[0-9]{5,}')
THEN upper(regexp_extract(t, '^[A-Za-z]*')) || ':' || regexp_extract(t, '[0-9]+$')
ELSE nullif(array_to_string(list_sort(list_distinct(list_filter(list_transform(
    list_concat(
        regexp_extract_all(upper(t), '[A-Z]{0,12}[-/._#:]?[0-9]+(?:[-/._][0-9]+)*'),
        regexp_extract_all(upper(t), '[A-Z]{0,12}[0-9]+(?: [0-9]{3,})+')
    ),
    lambda x: regexp_extract(x, '^[A-Z]*') || ':' || regexp_replace(x, '[^0-9]', '', 'g')),
    lambda x: regexp_matches(x, '^(?:[A-Z]+:[0-9]{3,}|:[0-9]{5,})$')
        AND NOT regexp_matches(x, '^:(?:(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])'
            '|(?:[0-2][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2})$')
))), ' '), '') END
"""


def with_keys(records: pa.Table) -> pa.Table:
    """The records and their normalised keys; what is there already is made anew."""
    records = records.drop_columns([name for name in STORED.values() if name in records.column_names])
    keys: dict[str, Any] = {
        "reference_key": letters_of(records["reference"]),
        "party_key": words_of(records["counterparty"]),
        "text_key": words_of(records["text"]),
        **_tokens(records.select(["reference", "text"])),
    }
    for name, column in keys.items():
        records = records.append_column(name, column)
    return records


@cache
def _duckdb(_process: int) -> duckdb.DuckDBPyConnection:
    """One for each process: what a fork brought along has lost its threads."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(TOKENS_MACRO.replace("TEMP MACRO", "MACRO"))
    return connection


def _tokens(texts: pa.Table) -> dict[str, "pa.ChunkedArray[Any]"]:
    with _duckdb(os.getpid()).cursor() as connection:
        connection.register("texts", texts)
        found = connection.sql(
            "SELECT reference_tokens(reference) AS reference_tokens, reference_tokens(text) AS text_tokens FROM texts"
        ).to_arrow_table()
    return {name: found[name] for name in found.column_names}
