"""How far a run is, how long each step took, and whether to go on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciliation.engine.errors import Cancelled


@dataclass
class Steps:
    """Progress, the time of each stage, and the question whether to go on."""

    on_progress: Callable[[str, float], None]
    is_cancelled: Callable[[], bool]
    passes: int
    stages: dict[str, float] = field(default_factory=dict)
    done: int = 0
    since: float = field(default_factory=time.perf_counter)

    def next(self, stage: str, part: float = 0.0) -> None:
        """Announces what begins now; a pass is worth as much as reading."""
        if self.is_cancelled():
            raise Cancelled(stage)
        self.on_progress(stage, min(1.0, (self.done + part) / (self.passes + 1)))

    def finished(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = self.stages.get(stage, 0.0) + now - self.since
        self.since = now
        self.done += 1
