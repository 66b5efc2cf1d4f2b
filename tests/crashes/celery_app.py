"""The platform's Celery app with the messages of these tests, and a sweep that one need not wait for."""

from config.celery import app

app.conf.imports = ("tests.crashes.tally",)
app.conf.beat_schedule = {name: {**entry, "schedule": 0.5} for name, entry in app.conf.beat_schedule.items()}

__all__ = ["app"]
