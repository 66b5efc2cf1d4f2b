"""Where a database is, without its password: postgresql://user@host:5432/name?sslmode=require, sqlite:///path."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from cqrs import DomainError

POSTGRES, SQLITE = "postgresql", "sqlite"
_PORT = 5432
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:]+")
_SSL_MODES = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


class AddressRefusedError(DomainError):
    """No database may be read from there."""


@dataclass(frozen=True)
class DatabaseAddress:
    """`database` is the name on the server, or the absolute path of an SQLite file."""

    kind: str
    database: str
    host: str = ""
    port: int = _PORT
    user: str = ""
    ssl_mode: str = "prefer"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `AddressRefusedError`, which never repeats the text: it may hold a password."""
        try:
            parts = urlsplit(text.strip())
            port = parts.port or _PORT
        except ValueError as error:
            raise AddressRefusedError("It is no URL.") from error
        if parts.password is not None:
            raise AddressRefusedError("Give the password by itself, not in the address.")
        if parts.scheme == SQLITE:
            return cls._sqlite(unquote(parts.path), others=bool(parts.netloc or parts.query or parts.fragment))
        if parts.scheme not in {POSTGRES, "postgres"}:
            raise AddressRefusedError("It begins with postgresql:// or sqlite:///.")
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        ssl_mode = options.pop("sslmode", "prefer")
        if options or parts.fragment or ssl_mode not in _SSL_MODES:
            raise AddressRefusedError(f"The only option is sslmode: {', '.join(sorted(_SSL_MODES))}.")
        name = unquote(parts.path.removeprefix("/"))
        if not name or not parts.hostname or not _HOST.fullmatch(parts.hostname):
            raise AddressRefusedError("Name the host and the database: postgresql://user@host:5432/name.")
        return cls(POSTGRES, name, parts.hostname, port, unquote(parts.username or ""), ssl_mode)

    @classmethod
    def _sqlite(cls, path: str, *, others: bool) -> Self:
        # sqlite:///relative and sqlite:////absolute are how SQLAlchemy writes them; here a path is always absolute.
        if others or not path.strip("/") or "\0" in path:
            raise AddressRefusedError("Name the file by its whole path: sqlite:////srv/data/ledger.db.")
        return cls(SQLITE, f"/{path.lstrip('/')}")

    def refuse_elsewhere(self, hosts: Sequence[str], folders: Sequence[Path]) -> None:
        """Raises unless the operator allows the host (with any or this port), or a folder above the file."""
        if self.kind == SQLITE:
            path = Path(self.database).resolve()
            if not any(path.is_relative_to(folder.resolve()) for folder in folders):
                raise AddressRefusedError("Whoever runs this allows no SQLite file there (DATABASE_SOURCE_FOLDERS).")
        elif not {self.host, f"{self.host}:{self.port}"} & set(hosts):
            raise AddressRefusedError(f"Whoever runs this does not allow {self.host} (DATABASE_SOURCE_HOSTS).")
