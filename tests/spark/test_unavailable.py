"""What whoever installs the platform reads when the engine he named cannot be had."""

import sys

import pytest

from reconciliation.engine import Engine, EngineUnavailableError


def test_an_unknown_url_is_refused() -> None:
    """The text says what ENGINE_URL may be."""
    with pytest.raises(EngineUnavailableError, match="give a Spark master such as spark://host:7077"):
        Engine(url="postgres://elsewhere").ping()


def test_spark_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra to install is in the text."""
    for name in [name for name in sys.modules if name.startswith("reconciliation.engine.spark.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)

    with pytest.raises(EngineUnavailableError, match=r"pip install .*\[spark\]"):
        Engine(url="local[2]").ping()
