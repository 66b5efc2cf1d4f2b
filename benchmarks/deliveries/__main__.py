"""What a delivery costs, beside the loop one would write by hand and beside two libraries, on PostgreSQL and Redis.

    python -m tests.servers -- python -m benchmarks.deliveries [--rounds N] [--past ROWS]

It fills the database that it is given, so give it one to throw away. The peers run in the Python of PEER_PYTHON.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

WHAT = """
one by one     deliveries with nothing to do, a transaction each, per second; against a bare claim-run-acknowledge loop,
               and against procrastinate and django-domain-events with as many jobs with nothing to do
together       the same where the subscriber shares one transaction (batch=True), through a Celery worker on Redis
two workers    against one: subscribers that wait 10 ms, and subscribers with nothing to do
latency        from a commit to the begin of the handler in an idle Celery worker
past           one by one again, with so many finished deliveries in the table, against without
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--past", type=int, default=5_000_000)
    asked = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres") or not os.environ.get("REDIS_URL"):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="deliveries-bench-") as directory:
        os.environ |= {"VAR_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        import django  # noqa: PLC0415  settings are read at the first import

        django.setup()
        from benchmarks.deliveries.measure import measure  # noqa: PLC0415  models need the settings

        print(WHAT)
        measure(Path(directory), rounds=asked.rounds, past=asked.past)


if __name__ == "__main__":
    main()
