"""What a kept answer costs, and whether one is ever given that an event has ended.

    python -m tests.servers -- python -m benchmarks.caching [--rounds N] [--seconds S]

Needs DATABASE_URL (PostgreSQL) and REDIS_URL; the database is a new one of its own.
"""

import argparse
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"

import django

PEERS = """
cost     an answer of the size of a project's standing, kept in Redis, against `cache.get` of django-redis: of the same
         bytes, and of the answer itself as Django pickles it; each call in turn, medians
hammer   readers and writers in processes of their own, and one that makes the deliveries. A reader notes what was
         ended before it asks; an answer older than that is a violation. In the second half every writer loses the short
         cut after its commit, as if it were killed there, so that only the deliveries end answers
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=8)
    asked = parser.parse_args()
    django.setup()
    from django.db import connection, connections  # noqa: PLC0415  models need the settings

    from benchmarks.caching.cost import measure  # noqa: PLC0415  see above
    from benchmarks.caching.hammer import hammer  # noqa: PLC0415  see above

    if connection.vendor != "postgresql" or not os.environ.get("REDIS_URL"):
        sys.exit("Set DATABASE_URL and REDIS_URL, or start it under `python -m tests.servers --`.")
    print(PEERS)
    given = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        measure(asked.rounds)
        connections.close_all()
        violations = [hammer(asked.seconds / 2, short_cut=short_cut) for short_cut in (True, False)]
    finally:
        connection.creation.destroy_test_db(given, verbosity=0)
    sys.exit(bool(sum(violations)))


if __name__ == "__main__":
    main()
