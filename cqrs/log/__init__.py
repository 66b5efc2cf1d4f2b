"""The event log: appended to by publishers, followed by `feed`; checked, and kept small, by `cqrs.keeping`.

What needs the models is imported by its own module: `from cqrs.log import feed`.
"""

from cqrs.errors import Change
from cqrs.log.append import BusyStreamError, Encoded, Recipient, append, expecting
from cqrs.log.history import changes_since, head, last_changes, latest

__all__ = [
    "BusyStreamError",
    "Change",
    "Encoded",
    "Recipient",
    "append",
    "changes_since",
    "expecting",
    "head",
    "last_changes",
    "latest",
]
