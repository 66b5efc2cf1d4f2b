"""Kept answers in Django's cache: Redis by django-redis, or the memory of this process."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from secrets import randbits
from threading import local
from time import monotonic, sleep
from typing import Any, TypeVar

import msgspec
from django.core.cache import BaseCache, caches
from django.core.cache.backends.locmem import LocMemCache

from cqrs.caching.places import Place
from cqrs.database import generation

T = TypeVar("T")

log = logging.getLogger(__name__)

_TOKEN_BYTES = 8
_TAG_SECONDS = 24 * 3600
_QUIET_SECONDS = 5
# One computes, the others wait. A lock outlives who died with it by so much, and nobody waits longer than the patience.
_LOCK_SECONDS = 10
_PATIENCE_SECONDS = 30
_POLL_SECONDS = 0.005


@dataclass(slots=True)
class _Found:
    """What stands at a place: the mark of what is computed now, and the answer if one was computed under this mark."""

    mark: bytes
    answer: Any = None
    known: bool = False


class AnswerCache:
    """An answer is kept with the random token that its tag had before the computing began, and is worth something only
    while the tag has that token; an event gives the tag another one. So what was computed before the event's commit is
    not given any more once the event took effect here, whoever keeps it however late. A token that was lost is not
    made again.

    No other process can reach the memory of this one; an answer in it is besides worth no more than what the log was.
    """

    def __init__(self, alias: str = "default") -> None:
        self._alias = alias
        self._of_thread = local()
        self._quiet_until = 0.0

    def answer(self, place: Place, compute: Callable[[], Any]) -> Any:
        """The kept answer, or the computed one. It is computed once however many ask; without a cache, by each."""
        deadline = monotonic() + _PATIENCE_SECONDS
        while (found := self._tried(lambda: self._look(place))) and not found.known and monotonic() < deadline:
            with self._alone(f"{place.value}:{found.mark.hex()}") as alone:
                if alone:
                    return self._answer_alone(place, compute)
            sleep(_POLL_SECONDS)
        return found.answer if found and found.known else compute()

    def _answer_alone(self, place: Place, compute: Callable[[], Any]) -> Any:
        """Looks again: another one may have been alone with it just before."""
        found = self._tried(lambda: self._look(place))
        if found is None:
            return compute()
        if found.known:
            return found.answer
        answer = compute()
        text = found.mark + place.encoder.encode(answer)
        self._tried(lambda: self._cache.set(place.value, text, timeout=place.seconds))
        return answer

    def end(self, tags: Iterable[str]) -> None:
        """Make worthless all that is kept under the tags, also what is being computed now."""
        self._cache.set_many({tag: _new_token() for tag in tags}, timeout=_TAG_SECONDS)

    def end_if_reachable(self, tags: Iterable[str]) -> None:
        """The same, unless the cache is out of reach."""
        self._tried(lambda: self.end(tags))

    @property
    def _cache(self) -> BaseCache:
        try:
            cache: BaseCache = self._of_thread.cache
        except AttributeError:
            cache = self._of_thread.cache = caches[self._alias]
        return cache

    def _look(self, place: Place) -> _Found:
        values = self._values(place)
        token, kept = values.get(place.tag) or self._begun(place.tag), values.get(place.value)
        mark = token.to_bytes(_TOKEN_BYTES, "big")
        if isinstance(self._cache, LocMemCache):
            mark += blake2b(generation().encode(), digest_size=_TOKEN_BYTES).digest()
        if isinstance(kept, bytes) and kept.startswith(mark):
            try:
                return _Found(mark, place.decoder.decode(memoryview(kept)[len(mark) :]), known=True)
            except msgspec.MsgspecError:
                log.warning("The answer kept at %s cannot be read; it is computed again.", place.value, exc_info=True)
        return _Found(mark)

    def _values(self, place: Place) -> dict[str, Any]:
        """Both in one look. What is not as it was written is thrown away."""
        try:
            values: dict[str, Any] = self._cache.get_many((place.value, place.tag))
            token = values.get(place.tag)
            if token is None or (isinstance(token, int) and 0 <= token < 2**63):
                return values
        except Exception:  # each backend has errors of its own, and each way of spoiling a value another
            log.warning("The cache cannot be read at %s.", place.value, exc_info=True)
        self._cache.delete_many((place.value, place.tag))  # fails where not the values were at fault but the cache
        return {}

    def _begun(self, tag: str) -> int:
        """A new token, or the one that somebody else gave the tag at the same moment."""
        token = _new_token()
        if self._cache.add(tag, token, timeout=_TAG_SECONDS):
            return token
        if found := self._cache.get(tag):
            return int(found)
        self._cache.set(tag, token, timeout=_TAG_SECONDS)
        return token

    @contextmanager
    def _alone(self, lock: str) -> Iterator[bool]:
        """Whether nobody else computes this. Where the cache does not say, everybody may."""
        alone = self._tried(lambda: self._cache.add(lock, 1, timeout=_LOCK_SECONDS)) is not False
        try:
            yield alone
        finally:
            if alone:
                self._tried(lambda: self._cache.delete(lock))

    def _tried(self, operation: Callable[[], T]) -> T | None:
        """What the cache says. One that fails is left alone for a while: the database answers meanwhile."""
        if monotonic() < self._quiet_until:
            return None
        try:
            return operation()
        except Exception:  # each backend of Django's caches has errors of its own
            self._quiet_until = monotonic() + _QUIET_SECONDS
            log.warning("The cache failed; going on without it for %s seconds.", _QUIET_SECONDS, exc_info=True)
        return None


class NoAnswers(AnswerCache):
    """Keeps nothing: for a database that nobody asks twice."""

    def answer(self, place: Place, compute: Callable[[], Any]) -> Any:  # noqa: ARG002
        return compute()

    def end(self, tags: Iterable[str]) -> None:
        pass


def _new_token() -> int:
    return randbits(63)
