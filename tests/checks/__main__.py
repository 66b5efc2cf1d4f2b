"""`python -m tests.checks`: what Django and the registry say of themselves, and whether the lock is fresh."""

import os
import subprocess
import sys

from tests.checks import lock

PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "a key of the static checks, long enough for Django to find nothing wrong with it",
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
TEST = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
CHECKS = (
    ("check", "--deploy", "--fail-level", "WARNING"),
    ("makemigrations", "--check", "--dry-run"),
    ("messages", "--check", "docs/messages.md"),
    ("messages", "--contract", "docs/contract.json", "--check"),
    ("messages", "--strays"),
    ("spectacular", "--validate", "--fail-on-warn", "--file", os.devnull),
)


def main() -> int:
    failed = 0
    for arguments in CHECKS:
        settings = PRODUCTION if arguments[0] in {"check", "messages"} else TEST
        print("manage.py", *arguments, flush=True)
        done = subprocess.run([sys.executable, "manage.py", *arguments], env={**os.environ, **settings}, check=False)
        failed += done.returncode != 0
    return int(bool(failed)) or lock.main([])


if __name__ == "__main__":
    sys.exit(main())
