"""The same expressions on Apache Spark, for what one machine has outgrown (`pip install reconciliation-platform[spark]`)."""
