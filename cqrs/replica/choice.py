"""Whether the replica may answer: it has what the asker has to see, is not far behind, and did not fail just now."""

import logging
from math import inf
from time import monotonic

from django.db import InterfaceError, OperationalError, connections

from cqrs.database import ALIAS
from cqrs.replica.read_after import ReadAfter
from cqrs.replica.routing import REPLICA

log = logging.getLogger(__name__)

FAILURES = (OperationalError, InterfaceError)

# What is committed is flushed, unless somebody turned that off: then it is in the log at least.
_WRITTEN = """
SELECT (CASE current_setting('synchronous_commit')
    WHEN 'off' THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0')::bigint
"""
_REPLAYED = "SELECT COALESCE(pg_last_wal_replay_lsn() - '0/0', 0)::bigint"


class Replica:
    """Positions are bytes of the write-ahead log. What was replayed stays replayed, so it is asked only for more."""

    def __init__(self, *, max_lag: float = 5, quiet: float = 10) -> None:
        self._max_lag = max_lag
        self._quiet = quiet
        self._quiet_until = 0.0
        self._replayed = 0
        self._entitlement = 0
        self._sample, self._sampled_at = 0, -inf

    @property
    def is_configured(self) -> bool:
        return REPLICA in connections.settings

    def has(self, read_after: ReadAfter) -> bool:
        """Whether it is there and has replayed so much."""
        if not self.is_configured or monotonic() < self._quiet_until:
            return False
        try:
            needed = max(self.settled(read_after), self._entitled())
            if self._replayed < needed:
                self._replayed = _position(REPLICA, _REPLAYED)
        except FAILURES as error:
            self.rest(error)
            return False
        return self._replayed >= needed

    def settled(self, read_after: ReadAfter) -> int:
        """The position that the asker has to see, looked up once after it wrote."""
        if read_after.unknown:
            read_after.unknown = False
            read_after.position = _position(ALIAS, _WRITTEN)
        return read_after.position

    def rest(self, error: Exception) -> None:
        """Leave the replica alone for a while; its connection of this thread may be broken."""
        log.warning("The replica failed; the primary answers for %s seconds: %s", self._quiet, error)
        self._quiet_until = monotonic() + self._quiet
        self._replayed = 0
        connections[REPLICA].close()

    def _entitled(self) -> int:
        """What the primary had some time ago, at most twice `max_lag`: nobody is given anything older."""
        now = monotonic()
        age = now - self._sampled_at
        if age >= self._max_lag:
            position = _position(ALIAS, _WRITTEN)
            self._entitlement = self._sample if age < 2 * self._max_lag else position
            self._sample, self._sampled_at = position, now
        return self._entitlement


def _position(alias: str, statement: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])
