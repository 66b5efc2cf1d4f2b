"""The engine's own functions for Spark's workers, which need this package: Arrow in, Arrow out, as in DuckDB."""

from collections.abc import Callable

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession
from pyspark.sql.functions import arrow_udf

from reconciliation.engine.keys import TOKENS_MACRO
from reconciliation.engine.normalise import words_of
from reconciliation.engine.similarity import functions


def register_functions(session: SparkSession) -> None:
    session.udf.register("words_of", arrow_udf(_words, "string"))
    session.udf.register("reference_tokens", arrow_udf(_tokens, "string"))
    for name in functions():
        session.udf.register(name, arrow_udf(_of_two(name), "int"))


def _words(texts: pa.Array) -> pa.Array:
    return words_of(texts)


def _tokens(texts: pa.Array) -> pa.Array:
    """DuckDB's own macro, so that both engines read references alike."""
    with duckdb.connect() as connection:
        connection.execute(TOKENS_MACRO)
        connection.register("texts", pa.table({"place": pa.array(range(len(texts))), "text": texts}))
        found = connection.sql("SELECT reference_tokens(text) AS tokens FROM texts ORDER BY place").to_arrow_table()
    return found["tokens"].combine_chunks()


def _of_two(name: str) -> Callable[[pa.Array, pa.Array], pa.Array]:
    """Null where either is, as DuckDB does it without asking the function, which is looked up where it is needed:
    compiled code cannot be sent.
    """

    def measured(left: pa.Array, right: pa.Array) -> pa.Array:
        both = pc.and_(pc.is_valid(left), pc.is_valid(right))
        found = functions()[name](pc.fill_null(left, ""), pc.fill_null(right, ""))
        return pc.if_else(both, found, pa.scalar(None, pa.int32()))

    return measured
