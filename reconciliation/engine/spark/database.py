"""Spark, asked by the same expressions as DuckDB."""

import pyarrow as pa
from pyspark.errors import ArithmeticException
from sqlglot.expressions import Expr

from reconciliation.engine.database import Database
from reconciliation.engine.errors import AmountOutOfRangeError
from reconciliation.engine.inputs import Snapshot
from reconciliation.engine.spark.dialect import to_spark
from reconciliation.engine.spark.session import new_session


class SparkDatabase(Database):
    """Temporary views of one session; snapshots are read from `files_url`, where that is given, by the executors.

    What is kept is computed once and stays with the executors until it is replaced.

    An executor that is lost takes its part with it: the run fails and is taken up again, as after any other crash.
    """

    def __init__(self, master: str, files_url: str = "") -> None:
        self._session = new_session(master)
        self._files_url = files_url.rstrip("/")

    def close(self) -> None:
        for view in self._session.catalog.listTables():
            self._session.catalog.dropTempView(view.name)

    def view_of(self, name: str, snapshot: Snapshot) -> None:
        place = f"{self._files_url}/{snapshot.key}" if self._files_url and snapshot.key else str(snapshot.path)
        file = self._session.read.parquet(place)
        file.selectExpr("*", "_metadata.row_index AS file_row_number").createOrReplaceTempView(name)

    def offer(self, name: str, table: pa.Table) -> None:
        self._session.createDataFrame(table).createOrReplaceTempView(name)

    def keep(self, name: str, query: Expr) -> int:
        try:
            kept = self._session.sql(to_spark(query)).localCheckpoint(eager=True)
            kept.createOrReplaceTempView(name)
            return int(kept.count())
        except ArithmeticException as error:
            raise AmountOutOfRangeError.because(error) from error

    def see(self, name: str, query: Expr) -> None:
        self._session.sql(to_spark(query)).createOrReplaceTempView(name)

    def drop(self, *names: str) -> None:
        for name in names:
            self._session.catalog.dropTempView(name)

    def arrow(self, query: Expr) -> pa.Table:
        try:
            found: pa.Table = self._session.sql(to_spark(query)).toArrow()
        except ArithmeticException as error:
            raise AmountOutOfRangeError.because(error) from error
        return found

    def rows(self, query: Expr) -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in self.arrow(query).to_pylist()]
