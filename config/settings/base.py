"""What every installation shares. The environment decides the rest; docs/configuration.md lists the variables."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from config.settings.files import files_from

env = environ.Env()

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(env.str("VAR_DIR", default=str(ROOT / "var")))

INSTALLED_APPS = [
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "cqrs",
    "projects",
    "reconciliation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cqrs.middleware.ContextMiddleware",
    "cqrs.replica.middleware.ReadAfterMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
# Django's admin and form templates are found before our overrides of form widgets otherwise.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a deferred one that turns to writing fails at once, unwaited
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("prepare_threshold", 5)  # the deliveries' statements

if env.str("DATABASE_REPLICA_URL", default=""):
    # Queries are answered there when it has what the asker has to see. Out of reach, it must not keep them waiting.
    DATABASES["replica"] = {
        **env.db_url("DATABASE_REPLICA_URL"),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 2, "tcp_user_timeout": 5000},
        "TEST": {"MIRROR": "default"},
    }
DATABASE_ROUTERS = ["cqrs.replica.Router"]

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 2, "SOCKET_TIMEOUT": 2},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Empty: deliveries are made by a thread of the server process, see cqrs/README.md.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CQRS_CELERY_APP = "config.celery.app"
CQRS_TITLE = "Reconciliation Platform"
CQRS_SERVICES = "config.services.register"
# Queries answer without the cache, and deliveries are found without the broker: both only cost time.
CQRS_READY_WITHOUT = ["Cache", "Broker"]
ENGINE_URL = env.str("ENGINE_URL", default="")
ENGINE_FILES_URL = env.str("ENGINE_FILES_URL", default="")
ENGINE_MEMORY = env.str("ENGINE_MEMORY", default="2GB")
ENGINE_THREADS = env.int("ENGINE_THREADS", default=2)
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="reconciliation@localhost")
CQRS_METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_PORT = env.int("METRICS_PORT", default=0)
CQRS_TRACING = bool(env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default=""))

STORAGES = {
    "default": files_from(env.str("FILES_URL", default="")),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = VAR / "files"
# Where files of a remote storage are kept for as long as there is room.
FILES_CACHE_DIR = VAR / "cache"
FILES_CACHE_BYTES = env.int("FILES_CACHE_BYTES", default=20 * 10**9)
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "config" / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20

# What comes in: see docs/importing.md.
UPLOAD_RETENTION_HOURS = env.int("UPLOAD_RETENTION_HOURS", default=24)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=10 * 10**9)
# The dotted path of a function without arguments that gives a reconciliation.receiving.Scanner.
VIRUS_SCANNER = env.str("VIRUS_SCANNER", default="")
# The URLs below which files may be picked up, such as file:///srv/inbox/{project_id} or s3://bank-files.
PICK_UP_ROOTS = env.list("PICK_UP_ROOTS", default=[])
# A file is imported when its size and time are the same after so long.
PICK_UP_SETTLE_SECONDS = env.int("PICK_UP_SETTLE_SECONDS", default=30)
# The hosts, or host:port, and the folders of SQLite files, that may be read from as sources; how long a query may take.
DATABASE_SOURCE_HOSTS = env.list("DATABASE_SOURCE_HOSTS", default=[])
DATABASE_SOURCE_FOLDERS = env.list("DATABASE_SOURCE_FOLDERS", default=[])
DATABASE_SOURCE_SECONDS = env.int("DATABASE_SOURCE_SECONDS", default=600)
# Fernet keys that seal the passwords of databases, the newest first; none: a key made of SECRET_KEY.
SEALING_KEYS = env.list("SEALING_KEYS", default=[])
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="tcp://127.0.0.1:3310")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "cqrs.rest.renderers.MessageBrowsableRenderer",
    ],
    "DEFAULT_PARSER_CLASSES": [
        "cqrs.rest.parsers.BoundedJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "cqrs.rest.problems.problem_response",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Reconciliation Platform",
    "DESCRIPTION": "Import what two systems say, match it, review it, prove it.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["cqrs.rest.docs.without_final_slash"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOG_FORMATS = {
    "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    "json": {"()": "cqrs.seeing.logs.json_lines"},
}
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"console": LOG_FORMATS[env.str("LOG_FORMAT", default="line")]},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "console"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"celery.apps.worker": {"level": "INFO"}},  # says when it is ready and when it stops
}
