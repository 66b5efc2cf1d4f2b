# Two commands set everything up: `make run` and `make test`. `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SHELL := /bin/bash
JAVA := $(or $(firstword $(wildcard /usr/lib/jvm/java-17-openjdk-*)),$(JAVA_HOME),/usr)
# Small tables: compiling a query takes longer than running it.
SPARK_FOR_TESTS := --conf spark.sql.codegen.wholeStage=false --conf spark.sql.adaptive.enabled=false
.DEFAULT_GOAL := help

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

run: .venv/installed ## Set up on this machine, reconcile the sample, serve at http://127.0.0.1:$(PORT)
	@$(BIN)/python manage.py start --port $(PORT)

test: .venv/installed-dev ## Every test once: on SQLite, or on PostgreSQL with Redis and a Celery worker
	@env -u DATABASE_URL -u REDIS_URL -u CELERY_BROKER_URL $(BIN)/python -m pytest -q -n 2 tests
	@$(BIN)/python -m tests.servers -- pytest -q -n 2 tests

check: .venv/installed-dev lint test ## All static checks, then the tests

lint: .venv/installed-dev ## Format, lint, types, import contracts, deploy checks, migrations, lock, message map
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --check --lint --quiet templates cqrs/templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.checks

test-deep: .venv/installed-dev ## The invariants with ten times as many generated examples
	@env -u DATABASE_URL -u REDIS_URL -u CELERY_BROKER_URL TEST_EFFORT=10 $(BIN)/python -m pytest -q -n 2 \
		tests/reconciliation/invariants tests/reconciliation/engine/test_determinism.py tests/reconciliation/intake \
		tests/reconciliation/formats/test_accounting.py tests/reconciliation/formats/test_round_trip.py

test-other: .venv/installed-dev ## Each test on the other database than `make test` runs it on
	@env -u DATABASE_URL -u REDIS_URL -u CELERY_BROKER_URL TEST_OTHER=1 $(BIN)/python -m pytest -q -n 2 tests
	@TEST_OTHER=1 $(BIN)/python -m tests.servers -- pytest -q -n 2 tests

fuzz: .venv/installed-dev ## Broken files against each parser for FUZZ_SECONDS (20), two at a time; PARSERS="csv xlsx" for some
	@$(BIN)/python -m tests.fuzz $(PARSERS)

test-spark: ## The engine's tests and both engines side by side, on Spark (needs Java 17)
	@$(JAVA)/bin/java -version >/dev/null 2>&1 || { \
		echo "make test-spark needs Java 17: apt-get install openjdk-17-jre-headless, or set JAVA_HOME"; exit 1; }
	@$(MAKE) --no-print-directory .venv/installed-spark
	@JAVA_HOME=$(JAVA) PYSPARK_SUBMIT_ARGS="$(SPARK_FOR_TESTS) pyspark-shell" \
		$(BIN)/python -m pytest -q -m spark tests/spark
	@JAVA_HOME=$(JAVA) PYSPARK_SUBMIT_ARGS="$(SPARK_FOR_TESTS) pyspark-shell" TEST_ENGINE_URL='local[2]' \
		$(BIN)/python -m pytest -q $(addprefix tests/reconciliation/engine/test_,match.py groups.py rivals.py)

test-browser: .venv/installed-dev ## The pages in a real browser (needs Debian's chromium and chromium-driver)
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { \
		echo "make test-browser needs chromium and chromedriver: apt-get install chromium chromium-driver"; exit 1; }
	@env -u DATABASE_URL -u REDIS_URL -u CELERY_BROKER_URL $(BIN)/python -m pytest -q -m browser tests/browser

test-crashes: .venv/installed-dev ## 10,000 events through random kills of workers, broker and connections; an import at every point
	@TEST_EFFORT=$${TEST_EFFORT:-20} $(BIN)/python -m tests.servers -- pytest -q -m kills tests

bench: .venv/installed-dev ## Ours, the floor and the peers, side by side: matching, files, messages, kept answers, deliveries
	@$(BIN)/python -m benchmarks.matching
	@$(BIN)/python -m benchmarks.formats
	@$(BIN)/python -m tests.servers -- python -m benchmarks.importing
	@$(BIN)/python -m tests.servers -- python -m benchmarks.end_to_end
	@$(BIN)/python -m tests.servers -- python -m benchmarks.increment
	@$(BIN)/python -m tests.servers -- python -m benchmarks.dispatch
	@$(BIN)/python -m tests.servers -- python -m benchmarks.caching
	@$(BIN)/python -m tests.servers -- python -m benchmarks.deliveries

worker: .venv/installed ## A Celery worker on the production settings (DATABASE_URL, REDIS_URL, SECRET_KEY, ALLOWED_HOSTS)
	@DJANGO_SETTINGS_MODULE=config.settings.production $(BIN)/celery -q -A config.celery worker --beat \
		--schedule var/celerybeat-schedule

lock: .venv/installed-dev ## Compile requirements*.txt from pyproject.toml
	@$(BIN)/python -m tests.checks.lock --write

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version)'
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what the platform needs into .venv (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what the tests need into .venv (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

.venv/installed-spark: requirements-spark.txt .venv/installed-dev
	@echo "Installing Spark into .venv (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.txt
	@touch $@

.PHONY: help run test check lint test-deep fuzz test-other test-spark test-browser test-crashes bench worker lock
