"""Secrets at rest: sealed with the first of the installation's keys, opened with any of them."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from cqrs import DomainError


def key_from(secret: str) -> str:
    """A Fernet key that belongs to the installation's own secret, for those that name no keys."""
    return urlsafe_b64encode(sha256(f"sealed passwords {secret}".encode()).digest()).decode()


class SealBrokenError(DomainError):
    """The password was sealed with a key that this installation no longer has. Connect the database anew."""


class Sealer:
    """`keys` are Fernet keys, the newest first: put a new one in front, re-seal, then take the old one away."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, secret: str) -> str:
        """An empty secret stays empty."""
        return self._fernet.encrypt(secret.encode()).decode() if secret else ""

    def open(self, sealed: str) -> str:
        if not sealed:
            return ""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBrokenError from error

    def reseal(self, sealed: str) -> str:
        """The same secret under the newest key."""
        return self.seal(self.open(sealed))
