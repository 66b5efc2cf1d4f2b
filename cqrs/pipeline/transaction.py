"""Step: all that the handler does commits, or nothing. Whom the database threw out to let another pass tries again."""

import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import OperationalError, transaction

from cqrs.database import ALIAS, database
from cqrs.registry import Entry

TRIES = 5
_LOST_A_RACE = {"40001", "40P01"}  # PostgreSQL: could not serialise; deadlock
_PAUSE_SECONDS = 0.01


def step(entry: Entry) -> Callable[[Any, Callable[[Any], Any]], Any] | None:
    return _around if entry.transaction else None


def _around(message: Any, proceed: Callable[[Any], Any]) -> Any:
    """Within a transaction this is a savepoint; only the outermost can start anew."""
    tries = 1 if database().in_atomic_block else TRIES
    for remaining in reversed(range(tries)):
        committed: list[bool] = []
        try:
            with transaction.atomic(using=ALIAS):
                if tries > 1:
                    transaction.on_commit(partial(committed.append, True), using=ALIAS)  # noqa: FBT003  # a list's value
                return proceed(message)
        except OperationalError as error:
            if not remaining or committed or getattr(error.__cause__, "sqlstate", None) not in _LOST_A_RACE:
                raise
        time.sleep(_PAUSE_SECONDS * 2 ** (tries - remaining) * random.uniform(0.5, 1))  # noqa: S311  # no secret
    raise AssertionError("The last try returns or raises.")
