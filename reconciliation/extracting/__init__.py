"""Queries against other people's databases, read only, into a Parquet file."""

from reconciliation.extracting.address import AddressRefusedError, DatabaseAddress
from reconciliation.extracting.databases import Databases, QueryFailedError

__all__ = ["AddressRefusedError", "DatabaseAddress", "Databases", "QueryFailedError"]
