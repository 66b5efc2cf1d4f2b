"""Which engine stands behind a URL."""

import re

from reconciliation.engine.database import Database
from reconciliation.engine.duck import DuckDatabase
from reconciliation.engine.errors import EngineUnavailableError

_SPARK = re.compile(r"(spark|k8s|yarn|sc)\b|local(\[|$)")


def connect(url: str, *, memory_limit: str, threads: int, files_url: str = "") -> Database:
    """DuckDB in this process, where no URL is given; else Spark: `spark://host:7077`, `yarn`, `k8s://…`, `local[2]`.

    `files_url` is where the executors of a cluster find the storage's files: `s3a://bucket`, `file:///mnt/shared`.
    A cluster has limits of its own: those given are DuckDB's. Raises EngineUnavailableError.
    """
    if not url:
        return DuckDatabase(memory_limit=memory_limit, threads=threads)
    if not _SPARK.match(url):
        raise EngineUnavailableError(
            f"ENGINE_URL is {url!r}: leave it empty for DuckDB, or give a Spark master such as spark://host:7077."
        )
    try:
        from reconciliation.engine.spark.database import SparkDatabase  # noqa: PLC0415  an optional extra
    except ModuleNotFoundError as error:
        raise EngineUnavailableError(
            f"ENGINE_URL is {url!r}, and Spark is not installed: pip install 'reconciliation-platform[spark]' "
            f"({error.name} is missing)."
        ) from error
    return SparkDatabase(url, files_url)
