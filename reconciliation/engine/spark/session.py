"""One connection to Spark in a process, and a place of its own in it for each run."""

import os
import sys
import tempfile
from pathlib import Path
from threading import Lock

from pyspark.errors import PySparkRuntimeError
from pyspark.sql import SparkSession

from reconciliation.engine.errors import EngineUnavailableError
from reconciliation.engine.spark.functions import register_functions

# What decides about results is fixed here; what decides about speed and size is spark-defaults.conf's.
_ALIKE = {
    "spark.sql.ansi.enabled": "true",  # a sum too large is an error
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
# Not used, but made where the process happens to stand.
_WAREHOUSE = str(Path(tempfile.gettempdir()) / "spark-warehouse")
_ROOT = str(Path(__file__).resolve().parents[3])
_starting = Lock()


def new_session(master: str) -> SparkSession:
    """Views and settings of its own; the connection is the process's. Raises EngineUnavailableError."""
    with _starting:
        session = _connected(master).newSession()
    for name, value in _ALIKE.items():
        session.conf.set(name, value)
    if master.startswith("local"):  # as many as work at once; 200, Spark's default, are for a cluster
        session.conf.set("spark.sql.shuffle.partitions", str(session.sparkContext.defaultParallelism))
    register_functions(session)
    return session


def _connected(master: str) -> SparkSession:
    builder = SparkSession.builder.master(master).appName("reconciliation")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.sql.warehouse.dir", _WAREHOUSE)
    if master.startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = builder.config("spark.ui.enabled", "false").config("spark.executorEnv.PYTHONPATH", _ROOT)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise EngineUnavailableError(
            f"Spark at {master!r} cannot be reached: {error}. It needs Java 17 or later (JAVA_HOME)."
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session
