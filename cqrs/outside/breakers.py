"""Where circuit breakers keep their state: in Redis, so that all processes share it; in memory while Redis is away."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Any, TypeVar

from pybreaker import STATE_CLOSED, STATE_HALF_OPEN, CircuitBreakerStorage
from redis import Redis, RedisError

T = TypeVar("T")

log = logging.getLogger(__name__)

_QUIET_SECONDS = 5
_KEPT_SECONDS = 24 * 3600


class BreakerStates:
    """The fields of each breaker by its name. What Redis said last is what holds while it is away."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._memory: dict[str, dict[str, str]] = {}
        self._quiet_until = 0.0

    def load(self, name: str) -> dict[str, str]:
        found = self._ask(lambda redis: redis.hgetall(_key(name)))
        if found is not None:
            self._memory[name] = {field.decode(): value.decode() for field, value in found.items()}
        return dict(self._memory.get(name, {}))

    def save(self, name: str, field: str, value: str) -> None:
        self._memory.setdefault(name, {})[field] = value
        self._ask(lambda redis: redis.hset(_key(name), field, value))
        self._ask(lambda redis: redis.expire(_key(name), _KEPT_SECONDS))

    def increment(self, name: str, field: str) -> int:
        """One more, also where several processes count at once; how many there are then."""
        counted: int | None = self._ask(lambda redis: redis.hincrby(_key(name), field, 1))
        mine = self._memory.setdefault(name, {})
        count = int(mine.get(field, 0)) + 1 if counted is None else counted
        mine[field] = str(count)
        return count

    def _ask(self, ask: Callable[[Any], T]) -> T | None:
        """None while Redis is away; it is left alone for a while then, so that nobody waits for it at each call."""
        if self._redis is None or monotonic() < self._quiet_until:
            return None
        try:
            return ask(self._redis)
        except RedisError as error:
            log.warning("Circuit breakers are not shared for a while: %s", error)
            self._quiet_until = monotonic() + _QUIET_SECONDS
            return None


class SharedState(CircuitBreakerStorage):
    """One breaker's state as one call sees it: read once at its beginning, written through."""

    def __init__(self, name: str, states: BreakerStates) -> None:
        super().__init__(name)
        self._states = states
        self._fields = states.load(name)
        self._successes = 0

    def _write(self, field: str, value: str) -> None:
        self._fields[field] = value
        self._states.save(self.name, field, value)

    @property
    def state(self) -> str:
        return self._fields.get("state", STATE_CLOSED)

    @state.setter
    def state(self, state: str) -> None:
        if state == STATE_HALF_OPEN:
            # This call is the one that tries. For all others it stays open, for another rest from now on, so that they
            # neither try as well nor wait for ever for one that died trying.
            self.opened_at = datetime.now(UTC)
            self._fields["state"] = state
        else:
            self._write("state", state)

    @property
    def counter(self) -> int:
        return int(self._fields.get("counter", 0))

    def increment_counter(self) -> None:
        self._fields["counter"] = str(self._states.increment(self.name, "counter"))

    def reset_counter(self) -> None:
        if self.counter:
            self._write("counter", "0")

    @property
    def success_counter(self) -> int:
        return self._successes

    def increment_success_counter(self) -> None:
        self._successes += 1

    def reset_success_counter(self) -> None:
        self._successes = 0

    @property
    def opened_at(self) -> datetime | None:
        found = self._fields.get("opened_at")
        return datetime.fromisoformat(found) if found else None

    @opened_at.setter
    def opened_at(self, instant: datetime) -> None:
        self._write("opened_at", instant.isoformat())


def _key(name: str) -> str:
    return f"cqrs:breaker:{name}"
