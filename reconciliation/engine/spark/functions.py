"""The engine's own functions for Spark's workers, which need this package: Arrow in, Arrow out, as in DuckDB."""

from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession
from pyspark.sql.functions import ArrowUDFType, arrow_udf

from reconciliation.engine.keys import TOKENS_MACRO
from reconciliation.engine.normalise import words_of
from reconciliation.engine.similarity import functions


def register_functions(session: SparkSession) -> None:
    session.udf.register("words_of", arrow_udf(_words, "string", ArrowUDFType.SCALAR))
    session.udf.register("reference_tokens", arrow_udf(_tokens, "string", ArrowUDFType.SCALAR))
    for name in functions():
        session.udf.register(name, arrow_udf(_of_two(name), "int", ArrowUDFType.SCALAR))


def _words(texts: pa.StringArray) -> pa.StringArray:
    return words_of(texts)


def _tokens(texts: pa.StringArray) -> Any:
    """DuckDB's own macro, so that both engines read references alike."""
    with duckdb.connect() as connection:
        connection.execute(TOKENS_MACRO)
        connection.register("texts", pa.table({"place": pa.array(range(len(texts))), "text": texts}))
        found = connection.sql("SELECT reference_tokens(text) AS tokens FROM texts ORDER BY place").to_arrow_table()
    return found["tokens"].combine_chunks()


def _of_two(name: str) -> Callable[[pa.StringArray, pa.StringArray], Any]:
    """Null where either is, as DuckDB does it without asking the function, which is looked up where it is needed:
    compiled code cannot be sent.
    """

    def measured(left: Any, right: Any) -> Any:
        both = pc.and_(pc.is_valid(left), pc.is_valid(right))
        found = functions()[name](*(pa.chunked_array([pc.fill_null(texts, "")]) for texts in (left, right)))
        return pc.if_else(both, found, pa.scalar(None, pa.int32()))

    return measured
