"""For tests: see what was published, deliver it, stop the clock, tell a story, guard the tables.

`cqrs.testing.plugin` offers the same as pytest fixtures. Nothing here needs Django to be set up when it is imported.
"""

from cqrs.registry import registry
from cqrs.testing.guard import StrayWriteError, only_handlers_write, writing_anyway
from cqrs.testing.kit import Fakes, FrozenClock, captured_events, drain
from cqrs.testing.scenario import Given, Outcome

isolated_registry = registry.isolated

__all__ = [
    "Fakes",
    "FrozenClock",
    "Given",
    "Outcome",
    "StrayWriteError",
    "captured_events",
    "drain",
    "isolated_registry",
    "only_handlers_write",
    "writing_anyway",
]
