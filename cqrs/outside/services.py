"""Services for what stands outside this process: database, cache, broker, files, mail, other people's HTTP."""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from django.core.cache import BaseCache
from django.core.files import File
from django.core.files.storage import Storage
from django.core.mail import EmailMessage
from django.db.backends.utils import CursorWrapper

from cqrs.database import database
from cqrs.outside.resilience import Policy, Resilience

T = TypeVar("T")

log = logging.getLogger(__name__)

# Each backend of Django's caches and storages has errors of its own.
_CACHE = Policy(errors=(Exception,), attempts=1)
_FILES = Policy(errors=(Exception,), harmless=(FileNotFoundError,))
_MAIL = Policy(harmless=(SMTPAuthenticationError, SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused))
_HTTP = Policy(errors=(httpx.TransportError, httpx.HTTPStatusError))
_HTTP_ONCE = Policy(errors=_HTTP.errors, attempts=1)
_REPEATABLE = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
_SERVER_ERROR = 500


class Database:
    """Plain SQL on the connection, and in the transaction, of whoever asks."""

    def cursor(self) -> AbstractContextManager[CursorWrapper]:
        return database().cursor()

    def ping(self) -> None:
        with self.cursor() as cursor:
            cursor.execute("SELECT 1")


class Cache:
    """Django's cache, for what can be done without: while it is away it is empty and keeps nothing."""

    def __init__(self, cache: BaseCache, resilience: Resilience) -> None:
        self._cache = cache
        self._resilience = resilience

    def get(self, key: str) -> Any:
        return self._call(lambda: self._cache.get(key))

    def set(self, key: str, value: object, *, seconds: float) -> None:
        self._call(lambda: self._cache.set(key, value, timeout=seconds))

    def delete(self, key: str) -> None:
        self._call(lambda: self._cache.delete(key))

    def ping(self) -> None:
        self._cache.get("cqrs:ping")

    def _call(self, ask: Callable[[], T]) -> T | None:
        try:
            return self._resilience.call("cache", ask, _CACHE)
        except Exception as error:  # noqa: BLE001  see _CACHE
            log.warning("Done without the cache: %s", error)
            return None


class Broker:
    """What wakes the Celery workers."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def ping(self) -> None:
        with self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=1)


class GuardedFiles(Storage):
    """A remote storage of Django's; what fails is tried again with the content from its beginning."""

    def __init__(self, files: Storage, resilience: Resilience) -> None:
        self._files = files
        self._resilience = resilience

    def _call(self, ask: Callable[[], T]) -> T:
        return self._resilience.call("storage", ask, _FILES)

    def open(self, name: str, mode: str = "rb") -> "File[Any]":
        return self._call(lambda: self._files.open(name, mode))

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        def attempt() -> str:
            content.seek(0)
            return self._files.save(name, content, max_length)

        return self._call(attempt)

    def exists(self, name: str) -> bool:
        return self._call(lambda: self._files.exists(name))

    def size(self, name: str) -> int:
        return self._call(lambda: self._files.size(name))

    def delete(self, name: str) -> None:
        self._call(lambda: self._files.delete(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self._call(lambda: self._files.listdir(path))

    def get_modified_time(self, name: str) -> datetime:
        return self._call(lambda: self._files.get_modified_time(name))


class Mail:
    """Mail by Django's backend. It may arrive twice: a server can fail after it took a message."""

    def __init__(self, resilience: Resilience) -> None:
        self._resilience = resilience

    def send(self, *, to: Iterable[str], subject: str, text: str) -> None:
        """Raises what smtplib raises, or OutOfReachError."""
        message = EmailMessage(subject, text, to=list(to))
        self._resilience.call("mail", message.send, _MAIL)


class Http:
    """Requests to other people's servers: a breaker per host, a second attempt where a request may be repeated."""

    def __init__(self, client: httpx.Client, resilience: Resilience) -> None:
        self._client = client
        self._resilience = resilience

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Whatever is below 500. Raises httpx.HTTPStatusError above, httpx.TransportError, or OutOfReachError.

        `options` are those of httpx.Client.request.
        """

        def attempt() -> httpx.Response:
            response = self._client.request(method, url, **options)
            return response.raise_for_status() if response.status_code >= _SERVER_ERROR else response

        policy = _HTTP if method.upper() in _REPEATABLE else _HTTP_ONCE
        return self._resilience.call(f"http {urlsplit(url).netloc}", attempt, policy)
