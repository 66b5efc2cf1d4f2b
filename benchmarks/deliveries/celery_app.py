"""The platform's Celery app, with the benchmark's messages."""

from config.celery import app

app.conf.imports = ("benchmarks.deliveries.messages",)

__all__ = ["app"]
