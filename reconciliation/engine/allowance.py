"""The engine with what this machine may spend on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from reconciliation.engine.connecting import connect
from reconciliation.engine.inputs import SideInput
from reconciliation.engine.matching import NOTHING_FORBIDDEN, NOTHING_REFUSED, match
from reconciliation.engine.outcome import Outcome
from reconciliation.rules import RuleSet


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Where runs are computed. On this machine a run may use so much memory (as DuckDB writes it) and so many threads;
    what is above goes to disk.
    """

    url: str = ""
    files_url: str = ""
    memory_limit: str = "2GB"
    threads: int = 2

    def match(
        self,
        left: SideInput,
        right: SideInput,
        rules: RuleSet,
        *,
        never: pa.Table = NOTHING_FORBIDDEN,
        refused: pa.Table = NOTHING_REFUSED,
        cut_off: date | None = None,
        on_progress: Callable[[str, float], None],
        is_cancelled: Callable[[], bool],
    ) -> Outcome:
        return match(
            left,
            right,
            rules,
            never=never,
            refused=refused,
            cut_off=cut_off,
            on_progress=on_progress,
            is_cancelled=is_cancelled,
            url=self.url,
            files_url=self.files_url,
            memory_limit=self.memory_limit,
            threads=self.threads,
        )

    def ping(self) -> None:
        """Raises what DuckDB or Spark raises when it cannot start with these limits."""
        with connect(self.url, memory_limit=self.memory_limit, threads=self.threads):
            pass
