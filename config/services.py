"""The composition root: every service that handlers ask for by type, and what stands behind it here."""

from pathlib import Path

import httpx
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, storages
from django.utils.module_loading import import_string
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cqrs.clock import Clock, SystemClock
from cqrs.container import Services, services
from cqrs.outside import Broker, Cache, Database, GuardedFiles, Http, Mail, Resilience
from reconciliation.engine import Engine
from reconciliation.extracting import Databases
from reconciliation.file_cache import FileCache
from reconciliation.folders import Folders
from reconciliation.progress import ProgressListener
from reconciliation.receiving import Gate
from reconciliation.sealing import Sealer, key_from
from reconciliation.storage import Storage

__all__ = ["Clock", "register"]

_HTTP_SECONDS = 5
_REDIS_SECONDS = 1


def register(services: Services) -> None:
    """Called once at start (settings.CQRS_SERVICES); each service is built when it is first asked for."""
    services.register(Clock, SystemClock)
    services.register(Database, Database, ping=Database.ping)
    services.register(Resilience, _resilience)
    services.register(Cache, lambda: Cache(cache, Resilience()), ping=Cache.ping)
    services.register(Storage, _storage, ping=Storage.ping)
    services.register(Gate, _gate)
    services.register(Databases, _databases)
    services.register(Sealer, lambda: Sealer(settings.SEALING_KEYS or [key_from(settings.SECRET_KEY)]))
    services.register(Folders, lambda: Folders(settings.PICK_UP_ROOTS))
    services.register(Engine, _engine, ping=Engine.ping)
    services.register(Mail, _mail, outward=True)
    services.register(httpx.Client, lambda: httpx.Client(timeout=_HTTP_SECONDS, follow_redirects=True))
    services.register(Http, _http, outward=True)
    services.register(ProgressListener, ProgressListener)
    if settings.CELERY_BROKER_URL:
        services.register(Broker, lambda: Broker(import_string(settings.CQRS_CELERY_APP)), ping=Broker.ping)


def _resilience() -> Resilience:
    """Its breakers are asked before each call, so Redis has to answer at once or not at all."""
    if not settings.REDIS_URL:
        return Resilience()
    limits = {"socket_timeout": _REDIS_SECONDS, "socket_connect_timeout": _REDIS_SECONDS}
    return Resilience(Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0), **limits))


def _storage() -> Storage:
    files = storages["default"]
    local = isinstance(files, FileSystemStorage)
    if local:
        return Storage(files)
    cache = FileCache(settings.FILES_CACHE_DIR, settings.FILES_CACHE_BYTES)
    return Storage(GuardedFiles(files, services.get(Resilience)), cache)


def _gate() -> Gate:
    scanner = import_string(settings.VIRUS_SCANNER)() if settings.VIRUS_SCANNER else None
    return Gate(settings.UPLOAD_MAX_BYTES, scanner)


def _databases() -> Databases:
    folders = [Path(folder) for folder in settings.DATABASE_SOURCE_FOLDERS]
    return Databases(settings.DATABASE_SOURCE_HOSTS, folders, settings.DATABASE_SOURCE_SECONDS)


def _engine() -> Engine:
    return Engine(
        url=settings.ENGINE_URL,
        files_url=settings.ENGINE_FILES_URL,
        memory_limit=settings.ENGINE_MEMORY,
        threads=settings.ENGINE_THREADS,
    )


def _mail() -> Mail:
    return Mail(services.get(Resilience))


def _http() -> Http:
    return Http(services.get(httpx.Client), services.get(Resilience))
