"""What the buses cost beside the same work done by hand: ratios of medians, each pair measured in turn in one process.

    python -m tests.servers -- python -m benchmarks.dispatch [--rounds N]

Without a server it measures on SQLite only. The databases are new ones of its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile

PEERS = """
in memory      a command without a database through the whole pipeline, against calling its handler
subscribers    five subscribers told by the event bus, against Signal.send to five receivers: nothing is stored
publish        an event stored and five subscribers that write a row each, against a raw insert of the event and
               Signal.send to five receivers that write a row each, within one transaction
one row        a command that reads a role in a project, inserts a row by the ORM and publishes an event with one
               durable subscriber, against the same read and a transaction with the same insert and two raw inserts:
               the event, with a constant for its hash and position, and the delivery
two rows       the same command against a bare transaction with two ORM inserts
five           the same command with five durable subscribers, against it with one

First the medians by the clock and their ratio, then the ratio of processor time in this process: where other programs
compete for the processors the clock tells little; on SQLite all of the work is in this process.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1500)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not asked.here:
        print(PEERS)
        on_both(asked.rounds)
        return
    with tempfile.TemporaryDirectory(prefix="dispatch-bench-") as directory:
        os.environ |= {"VAR_DIR": directory, "DJANGO_SETTINGS_MODULE": "config.settings.test", "REDIS_URL": ""}
        import django  # noqa: PLC0415  settings are read at the first import

        django.setup()
        from benchmarks.dispatch.measure import measure  # noqa: PLC0415  models need the settings

        measure(asked.rounds)


def on_both(rounds: int) -> None:
    """Each database in a process of its own, because Django knows one."""
    given = os.environ.get("DATABASE_URL")
    for url in [None, given] if given else [None]:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DATABASE_URL": url} if url else {}
        command = [sys.executable, "-m", "benchmarks.dispatch", "--here", "--rounds", str(rounds)]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
