"""Tells a worker that rows wait for it. A wake-up lost or doubled changes nothing: the row is the truth."""

from collections.abc import Iterable
from functools import partial
from threading import Event as Bell

from django.conf import settings
from django.db import transaction

from cqrs.database import ALIAS, database

# Rung for the embedded worker of this process, if there is one: for the short deliveries and for the long ones.
bells = {False: Bell(), True: Bell()}


class Wake(partial[None]):
    """A wake-up for after the commit; the type tells it apart among a transaction's other callbacks."""


def wake_after_commit(lanes: Iterable[bool]) -> None:
    """Wake the lanes (long or not) once the transaction committed; several events in one transaction wake once."""
    planned = {each.args[0] for _, each, _ in database().run_on_commit if isinstance(each, Wake)}
    for lane in lanes:
        if lane not in planned:
            transaction.on_commit(Wake(wake, lane), using=ALIAS, robust=True)


def wake(long: bool) -> None:  # noqa: FBT001  # the only parameter there is
    """Through the broker where one is configured, else by ringing this process's bell."""
    if settings.CELERY_BROKER_URL:
        from cqrs.tasks import deliver  # noqa: PLC0415  # only now: messages are imported where no Celery is wanted

        deliver.apply_async(kwargs={"long": long}, retry=False)
    else:
        bells[long].set()
