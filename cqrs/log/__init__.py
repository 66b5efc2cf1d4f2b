"""The event log: appended to by publishers, followed by `feed`, checked by `verify`, kept small by `archive`.

What needs the models is imported by its own module: `from cqrs.log import feed`.
"""

from cqrs.errors import Change
from cqrs.log.append import BusyStreamError, Encoded, append, enqueue, expecting
from cqrs.log.history import changes_since, head, last_changes, latest

__all__ = [
    "BusyStreamError",
    "Change",
    "Encoded",
    "append",
    "changes_since",
    "enqueue",
    "expecting",
    "head",
    "last_changes",
    "latest",
]
