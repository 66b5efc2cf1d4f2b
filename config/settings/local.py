"""One machine, no configuration: SQLite under var/, deliveries by a thread of the server, a key made at first start."""

from django.core.management.utils import get_random_secret_key

from config.settings.base import *  # noqa: F403  settings extend one another this way in Django
from config.settings.base import VAR, env


def _kept_key() -> str:
    """The key of this machine, so that sessions outlive a restart."""
    path = VAR / "secret-key"
    VAR.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_key()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
INTERNAL_IPS = ["127.0.0.1"]
WHITENOISE_USE_FINDERS = True
