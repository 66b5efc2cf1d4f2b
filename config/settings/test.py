"""The suite's settings: SQLite where no DATABASE_URL is given, files in a directory of this run."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="reconciliation-test-"))
# A process of pytest-xdist has a server of its own, if tests.servers started one for it. Taken once: a program that a
# test starts is told the test's own database.
if _OWN := os.environ.pop(f"DATABASE_URL_{os.environ.get('PYTEST_XDIST_WORKER', '').upper()}", ""):
    os.environ["DATABASE_URL"] = _OWN

from config.settings.base import *  # noqa: F403  the directory above has to stand first
from config.settings.base import DATABASES, INSTALLED_APPS, VAR

SECRET_KEY = "tests only"  # noqa: S105  signs nothing that outlives a test run
DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
INSTALLED_APPS += ["tests.cqrs.shop", "tests.cqrs.library"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, so that threads of one test see the same rows as they do in an installation.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR) / "test.sqlite3")}
