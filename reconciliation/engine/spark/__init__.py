"""The same expressions on Apache Spark, for what one machine has outgrown: docs/spark.md."""
