"""Runs one query of a person's against a database that the operator allows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cqrs import DomainError
from reconciliation.extracting.address import SQLITE, DatabaseAddress
from reconciliation.extracting.columns import Spool
from reconciliation.extracting.failures import QueryFailedError
from reconciliation.extracting.postgres import postgres_rows
from reconciliation.extracting.sqlite import sqlite_rows

__all__ = ["Databases", "QueryFailedError"]


@dataclass(frozen=True)
class Databases:
    """`seconds` is the longest that a query and the reading of its rows may take."""

    hosts: Sequence[str]
    folders: Sequence[Path]
    seconds: int

    def refuse_elsewhere(self, address: DatabaseAddress) -> None:
        address.refuse_elsewhere(self.hosts, self.folders)

    def extract(
        self, address: DatabaseAddress, password: str, statement: str, target: Path, between: Callable[[int], None]
    ) -> int:
        """Write the rows as Parquet and answer how many; `between` is told how many there are after each block.

        Raises `QueryFailedError`, in which the password never stands.
        """
        self.refuse_elsewhere(address)  # the rules may have changed since it was connected
        rows = sqlite_rows if address.kind == SQLITE else postgres_rows
        try:
            with Spool(target) as spool:
                for names, block in rows(address, password, statement, self.seconds):
                    spool.add(names, block)
                    between(spool.rows)
                return spool.finish()
        except QueryFailedError as error:
            hidden = str(error).replace(password, "…") if password else str(error)
            raise QueryFailedError(hidden) from None
        except DomainError:
            raise
