"""Calls to what is outside this process: repeated for a limited time, and not made while it is known to be away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina
from pybreaker import CircuitBreaker, CircuitBreakerError
from redis import Redis

from cqrs.outside.breakers import BreakerStates, SharedState

T = TypeVar("T")


class OutOfReachError(OSError):
    """It failed so often just now that it is left alone for a while. Try again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one place outside is called. `errors` but for the `harmless` are outages: no other says anything of it."""

    errors: tuple[type[Exception], ...] = (OSError,)
    harmless: tuple[type[Exception], ...] = ()
    attempts: int = 3
    seconds: float = 10  # no further attempt starts after that; each one is limited by the time-out of its client
    failures: int = 5  # in a row, of all processes together, until the place is left alone
    rest_seconds: float = 30  # then a single call tries how it is

    def is_outage(self, error: Exception) -> bool:
        return isinstance(error, self.errors) and not isinstance(error, self.harmless)


class Resilience:
    """Retries with backoff and jitter, and a circuit breaker per place whose state all processes share in Redis."""

    def __init__(self, redis: Redis | None = None) -> None:
        self._states = BreakerStates(redis)

    def call(self, place: str, function: Callable[[], T], policy: Policy) -> T:
        """What the function answers. Raises OutOfReachError without calling it while the place is left alone."""

        def attempt() -> T:
            # One per call and not one per place: pybreaker's lock would let nobody call while somebody waits.
            breaker = CircuitBreaker(
                fail_max=policy.failures,
                reset_timeout=policy.rest_seconds,
                exclude=[lambda error: not policy.is_outage(error)],
                state_storage=SharedState(place, self._states),
                throw_new_error_on_trip=False,
            )
            return breaker.call(function)

        retrying = stamina.RetryingCaller(policy.attempts, policy.seconds, wait_max=2, wait_jitter=0.5)
        try:
            return retrying(policy.is_outage, attempt)
        except CircuitBreakerError as error:
            raise OutOfReachError(f"{place} does not answer.") from error

    def state(self, place: str) -> str:
        """Closed (calls pass) or open (it is left alone)."""
        return SharedState(place, self._states).state
