"""The Celery app: `celery -A config.celery worker --beat`. The settings say where the broker is (CELERY_...)."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings
from kombu import Queue
from prometheus_client import start_http_server

from cqrs.observing import of_processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

SWEEP_SECONDS = 5

app = Celery("reconciliation")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery closes Django's connections around each task otherwise; the deliveries mend and renew their own.
app.conf.CELERY_DB_REUSE_MAX = 1_000_000_000
app.conf.update(
    # A task only says that rows wait, so it may be lost, doubled or late: the rows and their leases are the truth.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 60,  # a killed worker's task returns after a minute, not after an hour
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,  # both default to waiting for ever, in the middle of somebody's request
        "socket_timeout": 3,
        "max_retries": 0,  # a wake-up is not worth waiting for: the sweep finds the row
    },
    # A worker takes from both. Where long work must not hold up the short, start one with -Q short, one with -Q long.
    task_queues=[Queue("short", routing_key="short"), Queue("long", routing_key="long")],
    task_default_queue="short",
    # The sweep: what no wake-up reached, what is due again, what a dead worker held.
    beat_schedule={
        f"sweep {queue}": {
            "task": "cqrs.deliver",
            "schedule": SWEEP_SECONDS,
            "kwargs": {"long": queue == "long"},
            "options": {"queue": queue, "expires": SWEEP_SECONDS},
        }
        for queue in ("short", "long")
    },
)


@setup_logging.connect
def log_as_the_server_does(**_: Any) -> None:
    """Celery would set up its own handlers otherwise."""
    dictConfig(settings.LOGGING)


@worker_init.connect
def serve_metrics(**_: Any) -> None:
    """With METRICS_PORT, where Prometheus asks the worker. Its children count in PROMETHEUS_MULTIPROC_DIR."""
    if settings.METRICS_PORT:
        start_http_server(settings.METRICS_PORT, registry=of_processes())
