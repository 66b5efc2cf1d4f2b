"""`python -m tests.servers -- COMMAND …`: run a command with a real PostgreSQL and a real Redis beside it.

`pytest -n 2` finds a PostgreSQL for each of its two processes; with a DATABASE_URL of your own use `-n 0`.
"""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack

from tests.servers.postgres import postgres
from tests.servers.valkey import valkey

# Each process of the tests has a server of its own: a transaction that is open in any database of a PostgreSQL server
# holds back the event feed of all of them.
WORKERS = 2


def main(arguments: list[str]) -> int:
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print("usage: python -m tests.servers -- COMMAND [ARGUMENT …]", file=sys.stderr)
        return 2
    tests = command[0] == "pytest"
    if command[0] in {"pytest", "python"}:
        command = [sys.executable, *(["-m", "pytest"] if tests else []), *command[1:]]
    environment = dict(os.environ)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds the stack, so that no server outlives us
    with ExitStack() as servers:
        if not environment.get("DATABASE_URL"):
            environment["DATABASE_URL"] = servers.enter_context(postgres())
            for worker in range(1, WORKERS if tests else 1):
                environment[f"DATABASE_URL_GW{worker}"] = servers.enter_context(postgres())
        if not environment.get("REDIS_URL"):
            environment["REDIS_URL"] = servers.enter_context(valkey())
        return subprocess.call(command, env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
